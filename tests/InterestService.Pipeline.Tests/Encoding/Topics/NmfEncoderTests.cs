using System.Numerics.Tensors;
using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Topics;

public sealed class NmfEncoderTests() : EncoderContract("nmf")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Planted_blocks_are_separated_by_vectors_without_negative_components()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 40, 10, 8, seed: 2));
        using var model = EncoderRun.Fit(NmfEncoder.Descriptor, set, dimensions: 3);
        EncoderRun.AssertBlocksSeparate(model, set);
        Assert.All(model.Encode(set, Cancellation).Values, value => Assert.True(value >= 0));
    }

    [Fact]
    public void Users_absent_from_training_are_near_their_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 5));
        using var model = EncoderRun.Fit(NmfEncoder.Descriptor, set, dimensions: 2);
        EncoderRun.AssertUnseenUsersAreNearTheirBlock(model, set);
    }

    [Fact]
    public void A_user_without_known_items_gets_the_direction_of_the_mean_user()
    {
        var all = TestEvents.Weight(TestEvents.Log([("a", "x", "view", 0), ("a", "y", "view", 1), ("b", "y", "view", 2), ("c", "z", "view", 3)]));
        var training = all with { RowOffsets = [0, 2, 3, 3], Columns = [.. all.Columns[..3]], Weights = [.. all.Weights[..3]] };
        using var model = EncoderRun.Fit(NmfEncoder.Descriptor, training, dimensions: 2);
        var vectors = model.Encode(all, Cancellation);
        EncoderRun.AssertUnitLength(vectors, 3, 2);
        Assert.True(EncoderRun.Cosine(vectors, 2, 0) > .5 && EncoderRun.Cosine(vectors, 2, 1) > .5);
    }

    [Fact]
    public void A_product_of_non_negative_factors_is_found_again()
    {
        var random = new Random(7);
        double[][] w = Sparse(60, 4), h = Sparse(25, 4);
        float[][] rows = [.. w.Select(user => h.Select(item => (float)user.Zip(item, (a, b) => a * b).Sum()).ToArray())];
        using var matrix = SparseRows.Create(25, [.. rows.Select(row => row.Select((value, column) => (column, value)).Where(entry => entry.value > 0).ToArray())]);
        var losses = new List<double>();
        var factors = NonNegativeFactors.Fit(matrix, topics: 4, passes: 500, seed: 1, threads: 2, (_, loss) => losses.Add(loss), Cancellation);
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-6));
        Assert.True(losses[^1] < .01, $"{losses[^1]}");
        var mixtures = factors.Mix(matrix, threads: 2, Cancellation);
        double left = 0, total = 0;
        for (int user = 0; user < 60; user++)
            for (int item = 0; item < 25; item++)
            {
                left += Math.Pow(rows[user][item] - TensorPrimitives.Dot<float>(mixtures.Row(user), factors.Items.Row(item)), 2);
                total += Math.Pow(rows[user][item], 2);
            }

        Assert.True(left / total < .01, $"{left / total}");

        double[][] Sparse(int count, int columns) =>
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => random.Next(3) == 0 ? random.NextDouble() : 0).ToArray())];
    }

    [Fact]
    public void Training_stops_when_cancelled()
    {
        using var stop = new CancellationTokenSource();
        int passes = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => EncoderRun.Fit(
            NmfEncoder.Descriptor, TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4)), dimensions: 2,
            report: _ =>
            {
                passes++;
                stop.Cancel();
            }, cancellation: stop.Token));
        Assert.Equal(1, passes);
    }
}
