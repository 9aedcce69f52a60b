using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Networks;

public sealed class AutoencoderTests() : EncoderContract("autoencoder")
{
    private static readonly NetworkOptions _small = new() { Dimensions = 8, Epochs = 12, BatchSize = 16, LearningRate = 1e-2 };

    [Fact]
    public void Loss_approaches_that_of_a_model_that_knows_the_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 1));
        var losses = new List<double>();
        using var model = Fit(set, _small, report: epoch => losses.Add(epoch.Loss!.Value));
        Assert.Equal(12, losses.Count);
        Assert.True(losses[^1] < losses[0]);
        // A uniform guess among all 20 items has a loss of ln 20 nats, a model that knows the block slightly more than ln 10.
        Assert.InRange(losses[0], Math.Log(10), 2 * Math.Log(20));
        Assert.InRange(losses[^1], 0, Math.Log(14));
    }

    [Fact]
    public void Planted_blocks_are_separated()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 2));
        using var model = Fit(set, _small);
        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        int[] blocks = TestEvents.BlockOf(set.Events.UserIds);
        var pairs = from a in Enumerable.Range(0, set.UserCount)
                    from b in Enumerable.Range(0, a)
                    select (Same: blocks[a] == blocks[b], Cosine: Cosine(vectors, a, b));
        var byKind = pairs.ToLookup(pair => pair.Same, pair => pair.Cosine);
        Assert.True(byKind[true].Average() > byKind[false].Average() + .8);
    }

    [Fact]
    public void Items_of_the_users_block_score_higher()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 3));
        using var model = Fit(set, _small);
        var scores = model.Score(set, [.. Enumerable.Range(0, set.UserCount)]);
        int[] blocks = TestEvents.BlockOf(set.Events.UserIds);
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
        var set = TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4));
        using var model = Fit(set, _small with { Epochs = 1 });
        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        for (int user = 0; user < set.UserCount; user++) Assert.Equal(1, Cosine(vectors, user, user), 1e-5);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16)] // fewer than the 60 items: the softmax is sampled
    public void The_same_seed_gives_the_same_bytes_with_a_full_or_sampled_softmax(int candidates)
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 20, 20, 3, seed: 5));
        var options = _small with { Candidates = candidates, Epochs = 3, BatchSize = 4 };
        float[] Run(int seed)
        {
            using var model = Fit(set, options, seed);
            return model.Encode(set, TestContext.Current.CancellationToken).Values;
        }

        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));
    }

    [Fact]
    public void A_sampled_softmax_learns_the_blocks()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(4, 30, 100, 10, seed: 6));
        using var model = Fit(set, _small with { Candidates = 64, BatchSize = 4, Epochs = 6 });
        var scores = model.Score(set, [.. Enumerable.Range(0, set.UserCount)]);
        int[] blocks = TestEvents.BlockOf(set.Events.UserIds);
        double share = Enumerable.Range(0, set.UserCount).Average(user =>
        {
            float[] row = scores.Row(user).ToArray();
            return Enumerable.Range(0, row.Length).OrderByDescending(item => row[item]).Take(20)
                .Count(item => set.Events.ItemIds[item].StartsWith($"i-{blocks[user]}-", StringComparison.Ordinal)) / 20.0;
        });
        Assert.True(share > .9, $"{share:P0} of the best items are of the user's own block");
    }

    [Fact]
    public void A_softmax_with_fewer_candidates_than_positives_estimates_the_full_loss()
    {
        // Steps of 4 bags have about 20 of the 400 items as positives, more than the 16 candidates.
        var set = TestEvents.Weight(TestEvents.Blocks(1, 200, 400, 8, seed: 8));
        double FirstLoss(int candidates)
        {
            double loss = 0;
            using var model = Fit(
                set,
                _small with { Candidates = candidates, BatchSize = 4, Epochs = 1, LearningRate = 1e-6 },
                report: epoch => loss = epoch.Loss!.Value);
            return loss;
        }

        // Over the positives alone the loss would be about ln 20, half as much.
        Assert.Equal(FirstLoss(400), FirstLoss(16), .2);
        Assert.Equal(Math.Log(400), FirstLoss(400), .2);
    }

    [Fact]
    public void A_late_change_of_interest_affects_the_ranking_before_the_vector()
    {
        var known = Enumerable.Range(0, 80).SelectMany(user => Enumerable.Range(0, 15)
            .Select(e => ($"{user % 2}-{user:D4}", (string?)$"i-{user % 2}-{(user + e * 7) % 40}", "view", e * 3600.0)));
        var changed = Enumerable.Range(0, 20).Select(e => ("changed", (string?)$"i-{(e < 15 ? 0 : 1)}-{e}", "view", e * 3600.0));
        var set = TestEvents.Weight(TestEvents.Log([.. known, .. changed]));
        using var model = Fit(set, _small);

        int user = Array.IndexOf(set.Events.UserIds, "changed");
        float[] scores = model.Score(set, [user]).Row(0).ToArray();
        var unseen = Enumerable.Range(0, scores.Length).Except(set.ColumnsOf(user).ToArray());
        var best = unseen.OrderByDescending(item => scores[item]).Take(5);
        Assert.All(best, item => Assert.StartsWith("i-1-", set.Events.ItemIds[item], StringComparison.Ordinal));

        var vectors = model.Encode(set, TestContext.Current.CancellationToken);
        double MeanCosine(string block) => Enumerable.Range(0, set.UserCount)
            .Where(other => set.Events.UserIds[other].StartsWith(block, StringComparison.Ordinal))
            .Average(other => Cosine(vectors, user, other));
        Assert.True(MeanCosine("0-") > MeanCosine("1-"));
    }

    [Fact]
    public void Users_with_one_item_are_used_in_training()
    {
        var events = Enumerable.Range(0, 20).Select(user => ($"u{user:D2}", (string?)$"i{user % 2}", "view", 0.0));
        var set = TestEvents.Weight(TestEvents.Log([.. events]));
        using var model = Fit(set, _small);
        var scores = model.Score(set, [0, 1]);
        Assert.True(scores.Row(0)[0] > scores.Row(0)[1]);
        Assert.True(scores.Row(1)[1] > scores.Row(1)[0]);
    }

    [Fact]
    public void Training_stops_when_cancelled()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Fit(set, _small, report: epoch => { if (epoch.Epoch == 2) stop.Cancel(); }, cancellation: stop.Token));
    }

    [Fact]
    public void Training_stops_when_held_out_recall_falls_and_restores_the_latest_of_the_best_weights()
    {
        var clean = TestEvents.Blocks(4, 60, 30, 12, seed: 7, noise: .1);
        var split = LeaveOneOut.Split(clean, seed: 1);
        var set = TestEvents.Weight(split.Training);
        var recalls = new List<double>();
        using var model = Fit(
            set, _small with { Epochs = 500, Patience = 3 }, validation: split.Validation,
            report: epoch => recalls.Add(epoch.RecallAt10!.Value));
        Assert.InRange(recalls.Count, 4, 499);
        int best = recalls.LastIndexOf(recalls.Max());
        Assert.Equal(recalls.Count - 4, best);
        Assert.Equal(recalls[best], RankingMetrics.Evaluate(model.Score, set, split.Validation, TestContext.Current.CancellationToken).RecallAt10, 1e-9);
    }

    private static Autoencoder Fit(
        InteractionSet set, NetworkOptions options, int seed = 1, HeldOutItems? validation = null,
        Action<EpochReport>? report = null, CancellationToken? cancellation = null) =>
        Autoencoder.Fit(
            EncoderRun.Input(set, seed: seed, report: report, cancellation: cancellation) with
            {
                Validate = score => validation is null ? null : RankingMetrics.Evaluate(score, set, validation, TestContext.Current.CancellationToken).RecallAt10,
            },
            options);

    private static double Cosine(Matrix vectors, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < vectors.Columns; i++) sum += (double)vectors.Row(a)[i] * vectors.Row(b)[i];
        return sum;
    }
}
