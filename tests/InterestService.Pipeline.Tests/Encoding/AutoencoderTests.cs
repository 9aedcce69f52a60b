using InterestService.Pipeline.Encoding;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Encoding;

public sealed class AutoencoderTests
{
    private static readonly AutoencoderOptions _small = new() { Dimensions = 8, HiddenUnits = 16, Epochs = 30, BatchSize = 16, LearningRate = 1e-2 };

    [Fact]
    public void Loss_falls_below_that_of_guessing_by_block()
    {
        var set = Events.Weigh(Events.Blocks(2, 40, 10, 8, seed: 1));
        var losses = new List<double>();
        using var model = Autoencoder.Fit(set, _small, torch.CPU, (_, loss) => losses.Add(loss), TestContext.Current.CancellationToken);
        Assert.Equal(30, losses.Count);
        Assert.True(losses[^1] < losses[0]);
        // Guessing among all 20 items costs ln 20 nats; who knows the block needs ln 10 and a little.
        Assert.InRange(losses[0], Math.Log(10), 2 * Math.Log(20));
        Assert.InRange(losses[^1], 0, Math.Log(14));
    }

    [Fact]
    public void Planted_blocks_separate()
    {
        var set = Events.Weigh(Events.Blocks(2, 40, 10, 8, seed: 2));
        using var model = Autoencoder.Fit(set, _small, torch.CPU, (_, _) => { }, TestContext.Current.CancellationToken);
        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        int[] blocks = Events.BlockOf(set.Events.UserIds);
        var pairs = from a in Enumerable.Range(0, set.UserCount)
                    from b in Enumerable.Range(0, a)
                    select (Same: blocks[a] == blocks[b], Cosine: Cosine(vectors, a, b));
        var byKind = pairs.ToLookup(pair => pair.Same, pair => pair.Cosine);
        Assert.True(byKind[true].Average() > byKind[false].Average() + .8);
    }

    [Fact]
    public void Items_of_the_own_block_score_higher()
    {
        var set = Events.Weigh(Events.Blocks(2, 40, 10, 8, seed: 3));
        using var model = Autoencoder.Fit(set, _small, torch.CPU, (_, _) => { }, TestContext.Current.CancellationToken);
        var scores = model.Score(set);
        int[] blocks = Events.BlockOf(set.Events.UserIds);
        for (int user = 0; user < set.UserCount; user++)
        {
            float[] row = scores.Row(user).ToArray();
            var best = Enumerable.Range(0, row.Length).OrderByDescending(item => row[item]).Take(5);
            Assert.All(best, item => Assert.StartsWith($"i-{blocks[user]}-", set.Events.ItemIds[item], StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Vectors_have_unit_length()
    {
        var set = Events.Weigh(Events.Blocks(2, 10, 5, 4, seed: 4));
        using var model = Autoencoder.Fit(set, _small with { Epochs = 1 }, torch.CPU, (_, _) => { }, TestContext.Current.CancellationToken);
        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        for (int user = 0; user < set.UserCount; user++) Assert.Equal(1, Cosine(vectors, user, user), 1e-5);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16)] // below the 60 items: the softmax samples
    public void The_same_seed_gives_the_same_bytes(int candidates)
    {
        var set = Events.Weigh(Events.Blocks(3, 20, 20, 3, seed: 5));
        var options = _small with { Candidates = candidates, Epochs = 3, BatchSize = 4 };
        float[] Run(int seed)
        {
            using var model = Autoencoder.Fit(set, options with { Seed = seed }, torch.CPU, (_, _) => { }, TestContext.Current.CancellationToken);
            return model.Encode(set, TestContext.Current.CancellationToken).Values;
        }

        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));
    }

    [Fact]
    public void A_sampled_softmax_learns_the_blocks_too()
    {
        var set = Events.Weigh(Events.Blocks(4, 30, 100, 10, seed: 6));
        using var model = Autoencoder.Fit(set, _small with { Candidates = 64, BatchSize = 4, Epochs = 20 }, torch.CPU, (_, _) => { }, TestContext.Current.CancellationToken);
        var scores = model.Score(set);
        int[] blocks = Events.BlockOf(set.Events.UserIds);
        double own = Enumerable.Range(0, set.UserCount).Average(user =>
        {
            float[] row = scores.Row(user).ToArray();
            return Enumerable.Range(0, row.Length).OrderByDescending(item => row[item]).Take(20)
                .Count(item => set.Events.ItemIds[item].StartsWith($"i-{blocks[user]}-", StringComparison.Ordinal)) / 20.0;
        });
        Assert.True(own > .9, $"{own:P0} of the best items are of the user's own block");
    }

    [Fact]
    public void Training_stops_when_cancelled()
    {
        var set = Events.Weigh(Events.Blocks(2, 10, 5, 4, seed: 4));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Autoencoder.Fit(set, _small, torch.CPU, (epoch, _) => { if (epoch == 2) stop.Cancel(); }, stop.Token));
    }

    private static double Cosine(Matrix vectors, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < vectors.Columns; i++) sum += (double)vectors.Row(a)[i] * vectors.Row(b)[i];
        return sum;
    }
}
