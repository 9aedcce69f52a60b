using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Recommending;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Recommending;

public sealed class EvidenceTests
{
    [Fact]
    public void The_evidence_for_an_item_is_a_users_item_of_the_same_interest()
    {
        var planted = TestEvents.Blocks(2, 15, 8, 6, seed: 1);
        var options = new PipelineOptions { Encoder = "svd", Clusters = 2, Device = "cpu", Parameters = new() { ["dimensions"] = 2 } };
        using var model = TrainedModel.Read(InterestPipeline.Run(planted, ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken).Model, "cpu", threads: 1);
        var set = model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1), ("u", "i-1-2", "view", 2), ("u", "i-0-3", "view", 3)));
        var evidence = Find(model, set, "i-1-5", "i-0-6", "i-1-2");
        Assert.Equal("i-1-2", evidence[0]);
        Assert.StartsWith("i-0", evidence[1], StringComparison.Ordinal);
        Assert.Null(evidence[2]); // the item itself is no evidence, and the others are of another interest
    }

    [Theory]
    [InlineData("svd", 2)]
    [InlineData("svd", 12)]
    [InlineData("lda", 3)]
    [InlineData("nmf", 3)]
    [InlineData("tale", 3)]
    [InlineData("autoencoder", 3)]
    [InlineData("transformer", 3)]
    [InlineData("ensemble", 3)]
    public void Nothing_of_another_interest_is_a_reason(string encoder, int interests)
    {
        var planted = TestEvents.Blocks(interests, 25, 12, 8, seed: 4, noise: .1);
        var options = new PipelineOptions
        {
            Encoder = encoder,
            Clusters = interests,
            Device = "cpu",
            Parameters = new() { ["dimensions"] = encoder == "svd" ? interests : 16, ["epochs"] = 30, ["learningRate"] = .01, ["batchSize"] = 8 },
        };
        using var model = TrainedModel.Read(InterestPipeline.Run(planted, ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken).Model, "cpu", threads: 1);
        int right = 0, wrong = 0, own = 0, other = 0;
        for (int interest = 0; interest < interests; interest++)
        {
            var set = model.Prepare(TestEvents.Log([.. Enumerable.Range(0, 4).Select(n => ("u", (string?)$"i-{interest}-{n}", "view", n * 7200.0))]));
            string[] items = [.. model.ItemIds.Where(item => !set.Columns.Select(column => model.ItemIds[column]).Contains(item))];
            foreach (var (item, reason) in items.Zip(Find(model, set, items)))
            {
                bool same = item.StartsWith($"i-{interest}-", StringComparison.Ordinal);
                if (same) own++;
                else other++;
                if (reason is null) continue;
                if (same) right++;
                else wrong++;
            }
        }

        Assert.True(right > .6 * own && wrong < .1 * other, $"{right} of {own} have a reason, and {wrong} of {other} of other interests");
    }

    private static string?[] Find(TrainedModel model, InteractionSet set, params string[] items)
    {
        var chance = ChanceScores.Compute(model.Encoder.Score, [.. model.ItemIds], model.ItemIds.Count);
        return [.. Evidence.Find(model.Encoder.Score, chance, set, 0, [.. items.Select(model.IndexOf)]).Select(own => own is null ? null : model.ItemIds[own.Item])];
    }

    [Fact]
    public void Popularity_counts_each_user_once_overall_and_per_cluster()
    {
        var set = TestEvents.Weight(TestEvents.Log(("a", "x", "view", 0), ("a", "x", "view", 99), ("a", "y", "view", 0), ("b", "x", "view", 0), ("c", "y", "view", 0), ("d", "y", "view", 0)));
        var vectors = new Matrix(4, 1, [1, 1, 1, 1]);
        var popularity = Popularity.Of(ClusterTally.Count(set, vectors, [0, 0, 1, 1], [0, 0, 1, 1], new Matrix(2, 1, [1, 1])), set.Events.ItemIds);
        Assert.Equal([new ItemUsers("y", 3), new ItemUsers("x", 2)], popularity.Everyone);
        Assert.Equal([new ItemUsers("x", 2), new ItemUsers("y", 1)], popularity.Clusters[0]);
        Assert.Equal([new ItemUsers("y", 2)], popularity.Clusters[1]);
    }
}
