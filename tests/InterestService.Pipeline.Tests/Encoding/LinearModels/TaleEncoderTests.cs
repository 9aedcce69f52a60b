using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;
using MathNet.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Tests.Encoding.LinearModels;

public sealed class TaleEncoderTests() : EncoderContract("tale")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Planted_blocks_are_separated()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 40, 10, 8, seed: 2));
        using var model = EncoderRun.Fit(TaleEncoder.Descriptor, set, dimensions: 3);
        EncoderRun.AssertBlocksSeparate(model, set);
    }

    [Fact]
    public void Users_absent_from_training_are_near_their_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 5));
        using var model = EncoderRun.Fit(TaleEncoder.Descriptor, set, dimensions: 4);
        EncoderRun.AssertUnseenUsersAreNearTheirBlock(model, set);
    }

    [Fact]
    public void The_next_item_of_a_chain_ranks_first()
    {
        // Each user walks some steps along a ring of 12 items.
        var random = new Random(1);
        var walks = Enumerable.Range(0, 200).SelectMany(user =>
        {
            int start = random.Next(12);
            return Enumerable.Range(0, 6).Select(step => ($"u{user:000}", (string?)$"i{(start + step) % 12:00}", "view", step * 60.0));
        });
        var set = TestEvents.Weight(TestEvents.Log([.. walks]));
        using var model = EncoderRun.Fit(TaleEncoder.Descriptor, set, dimensions: 4);
        var scores = model.Score(set, set.AllUsers());
        for (int user = 0; user < set.UserCount; user++)
        {
            int last = int.Parse(set.Events.ItemIds[set.Events.Items[set.Events.UserOffsets[user + 1] - 1]][1..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal($"i{(last + 1) % 12:00}", set.Events.ItemIds[EncoderRun.Best(scores, user, except: -1)]);
        }
    }

    [Theory]
    [InlineData(.5, 1)]
    [InlineData(1.4, 100)]
    [InlineData(6, 20)]
    public void Coefficients_are_those_of_a_direct_ridge_solution(double halfLife, double regularization)
    {
        int[][] histories = RandomHistories(users: 30, items: 12, seed: 4);
        using var found = Solve(histories, 12, halfLife, regularization, maxSources: 12);
        var expected = Ridge(histories, 12, halfLife, regularization);
        for (int item = 0; item < 12; item++)
            for (int next = 0; next < 12; next++) Assert.Equal(Math.Max(0, expected[item, next]), Value(found, item, next), 1.5e-2 / regularization);
    }

    [Fact]
    public void Beyond_the_maximum_the_most_frequent_items_are_solved_together_and_a_rare_one_alone()
    {
        int[][] histories = [.. RandomHistories(users: 30, items: 6, seed: 4), [6, 0, 1], [2, 6, 3]];
        using var found = Solve(histories, 7, halfLife: 1, regularization: 2, maxSources: 6);
        // The rare item's column is among the targets, its row is not among the sources.
        var expected = Ridge(histories, 7, 1, 2, sources: 6);
        for (int item = 0; item < 6; item++)
            for (int next = 0; next < 7; next++) Assert.Equal(Math.Max(0, expected[item, next]), Value(found, item, next), 1e-2);
        // Item 6 has the weight 1 at the first position and 1/2 at the second, and 1 at the only one in the other history.
        const double Diagonal = 1 + .25 + 1;
        Assert.Equal(1 / (Diagonal + 2), Value(found, 6, 0), 1e-5);
        Assert.Equal(.5 / (Diagonal + 2), Value(found, 6, 1), 1e-5);
        Assert.Equal(1 / (Diagonal + 2), Value(found, 6, 3), 1e-5);
    }

    [Fact]
    public void An_earlier_item_counts_half_after_its_half_life()
    {
        using var histories = new OrderedItems([0, 4], [3, 1, 2, 0]);
        using var rows = histories.Decayed(itemCount: 5, halfLife: 1);
        Assert.Equal([0, 1, 2, 3], rows.ColumnsOf(0));
        Assert.Equal([1, .25f, .5f, .125f], rows.ValuesOf(0));
    }

    [Fact]
    public void Items_of_which_the_history_says_nothing_are_ranked_by_popularity()
    {
        var set = TestEvents.Weight(TestEvents.Log(
            ("a", "x", "view", 0), ("a", "y", "view", 1), ("b", "p", "view", 0), ("c", "p", "view", 0), ("d", "q", "view", 0), ("e", "x", "view", 0)));
        using var model = EncoderRun.Fit(TaleEncoder.Descriptor, set, dimensions: 2);
        float[] scores = model.Score(set, [4]).Row(0).ToArray();
        Assert.Equal(["p", "q"], set.Events.ItemIds.Where(item => item is "p" or "q").OrderByDescending(item => scores[Array.IndexOf(set.Events.ItemIds, item)]));
    }

    [Fact]
    public void Without_any_second_item_all_vectors_are_equal()
    {
        var set = TestEvents.Weight(TestEvents.Log(("a", "x", "view", 0), ("b", "y", "view", 0), ("c", "x", "view", 0)));
        using var model = EncoderRun.Fit(TaleEncoder.Descriptor, set, dimensions: 3);
        var vectors = model.Encode(set, Cancellation);
        EncoderRun.AssertUnitLength(vectors, 3, 3);
        Assert.Equal(1, vectors.DistinctRows(limit: 3));
    }

    private static SparseRows Solve(int[][] histories, int items, double halfLife, double regularization, int maxSources)
    {
        int[] offsets = [0, .. histories.Select((_, user) => histories[..(user + 1)].Sum(history => history.Length))];
        using var ordered = new OrderedItems(offsets, [.. histories.SelectMany(history => history)]);
        return NextItemRegression.Solve(ordered, items, halfLife, regularization, threads: 2, Cancellation, maxSources);
    }

    /// <summary>Builds S and T, with the first items as sources, and solves the normal equations in float64.</summary>
    private static Matrix<double> Ridge(int[][] histories, int items, double halfLife, double regularization, int? sources = null)
    {
        var rows = new List<(double[] Past, double[] Next)>();
        foreach (int[] history in histories)
        {
            for (int next = 1; next < history.Length; next++)
            {
                var (past, target) = (new double[sources ?? items], new double[items]);
                for (int i = 0; i < next; i++)
                    if (history[i] < past.Length) past[history[i]] = Math.Pow(2, (i + 1 - next) / halfLife);
                target[history[next]] = 1;
                rows.Add((past, target));
            }
        }

        var s = Matrix<double>.Build.DenseOfRowArrays(rows.Select(row => row.Past));
        var t = Matrix<double>.Build.DenseOfRowArrays(rows.Select(row => row.Next));
        return (s.TransposeThisAndMultiply(s) + (regularization * Matrix<double>.Build.DenseIdentity(sources ?? items))).Solve(s.TransposeThisAndMultiply(t));
    }

    private static int[][] RandomHistories(int users, int items, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, users).Select(_ =>
        {
            int[] order = [.. Enumerable.Range(0, items)];
            random.Shuffle(order);
            return order[..random.Next(1, Math.Min(items, 9))];
        })];
    }

    private static double Value(SparseRows rows, int row, int column) =>
        rows.ColumnsOf(row).IndexOf(column) is >= 0 and var at ? rows.ValuesOf(row)[at] : 0;
}
