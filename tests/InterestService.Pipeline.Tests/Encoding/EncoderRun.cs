using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding;

/// <summary>Runs and checks encoders.</summary>
internal static class EncoderRun
{
    /// <summary>Fits an encoder with the given number of dimensions and defaults for all other options.</summary>
    public static IUserEncoder Fit(
        EncoderDescriptor encoder, InteractionSet set, int dimensions, IReadOnlyList<ItemDescription>? catalogue = null, int seed = 1,
        Action<EpochReport>? report = null, CancellationToken? cancellation = null) =>
        encoder.Fit(Input(set, catalogue, seed, report, cancellation), new() { ["dimensions"] = dimensions });

    /// <summary>Creates the input of a training; without a catalogue no item has a text.</summary>
    public static EncoderInput Input(
        InteractionSet set, IReadOnlyList<ItemDescription>? catalogue = null, int seed = 1, Action<EpochReport>? report = null,
        CancellationToken? cancellation = null, int threads = 2) =>
        new(
            set, catalogue ?? [.. set.Events.ItemIds.Select(_ => new ItemDescription(null, []))], seed, "cpu", threads,
            cancellation ?? TestContext.Current.CancellationToken)
        {
            Report = report ?? (_ => { }),
        };

    public static double Cosine(Matrix vectors, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < vectors.Columns; i++) sum += (double)vectors.Row(a)[i] * vectors.Row(b)[i];
        return sum;
    }

    /// <summary>Returns the item with the highest score in a row, except for one item.</summary>
    public static int Best(Matrix scores, int row, int except) =>
        Enumerable.Range(0, scores.Columns).Where(item => item != except).MaxBy(item => scores.Row(row)[item]);

    public static void AssertUnitLength(Matrix vectors, int users, int dimensions)
    {
        Assert.Equal((users, dimensions), (vectors.Rows, vectors.Columns));
        for (int user = 0; user < vectors.Rows; user++) Assert.Equal(1, Cosine(vectors, user, user), 1e-5);
    }

    /// <summary>
    /// Asserts for <see cref="TestEvents.Blocks"/> that cosines are higher within a block than between blocks and that the best items are
    /// those of the block.
    /// </summary>
    public static void AssertBlocksSeparate(IUserEncoder model, InteractionSet set)
    {
        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        int[] blocks = TestEvents.BlockOf(set.Events.UserIds);
        var byKind = (from a in Enumerable.Range(0, set.UserCount)
                      from b in Enumerable.Range(0, a)
                      select (Same: blocks[a] == blocks[b], Cosine: Cosine(vectors, a, b)))
            .ToLookup(pair => pair.Same, pair => pair.Cosine);
        Assert.True(byKind[true].Average() > byKind[false].Average() + .7, $"{byKind[true].Average()} and {byKind[false].Average()}");

        var scores = model.Score(set, [.. Enumerable.Range(0, set.UserCount)]);
        for (int user = 0; user < set.UserCount; user++)
        {
            float[] row = scores.Row(user).ToArray();
            var best = Enumerable.Range(0, row.Length).OrderByDescending(item => row[item]).Take(5);
            Assert.All(best, item => Assert.StartsWith($"i-{blocks[user]}-", set.Events.ItemIds[item], StringComparison.Ordinal));
        }
    }

    /// <summary>Asserts that a new user with two items of a block is nearer to the users of that block than to the others.</summary>
    public static void AssertUnseenUsersAreNearTheirBlock(IUserEncoder model, InteractionSet trained)
    {
        var known = model.Encode(trained, TestContext.Current.CancellationToken);
        int[] blocks = TestEvents.BlockOf(trained.Events.UserIds);
        int[][] rows = [.. Enumerable.Range(0, 2).Select(block => Enumerable.Range(0, trained.ItemCount)
            .Where(item => trained.Events.ItemIds[item].StartsWith($"i-{block}-", StringComparison.Ordinal)).Take(2).ToArray())];
        var events = new EventLog(
            ["new 0", "new 1"], [0, 2, 4], trained.Events.ItemIds, ["view"], [.. rows[0], .. rows[1]], new(4), new(4));
        var unseen = model.Encode(TestEvents.Weight(events), TestContext.Current.CancellationToken);
        for (int block = 0; block < 2; block++)
        {
            double[] cosines = [.. Enumerable.Range(0, 2).Select(other => Enumerable.Range(0, known.Rows)
                .Where(user => blocks[user] == other)
                .Average(user => Dot(unseen.Row(block), known.Row(user))))];
            Assert.True(cosines[block] > cosines[1 - block] + .3, $"{cosines[block]} and {cosines[1 - block]}");
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
