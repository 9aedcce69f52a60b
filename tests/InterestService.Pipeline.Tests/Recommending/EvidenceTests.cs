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
        int[] evidence = Evidence.Find(model.Encoder.Score, set, 0, [model.IndexOf("i-1-5"), model.IndexOf("i-0-6"), model.IndexOf("i-1-2")]);
        Assert.Equal("i-1-2", model.ItemIds[evidence[0]]);
        Assert.StartsWith("i-0", model.ItemIds[evidence[1]], StringComparison.Ordinal);
        Assert.NotEqual("i-1-2", model.ItemIds[evidence[2]]);
    }

    [Fact]
    public void Popularity_counts_each_user_once_overall_and_per_cluster()
    {
        var set = TestEvents.Weight(TestEvents.Log(("a", "x", "view", 0), ("a", "x", "view", 99), ("a", "y", "view", 0), ("b", "x", "view", 0), ("c", "y", "view", 0), ("d", "y", "view", 0)));
        var popularity = Popularity.Compute(set, [0, 0, 1, 1], 2);
        Assert.Equal([new ItemUsers("y", 3), new ItemUsers("x", 2)], popularity.Everyone);
        Assert.Equal([new ItemUsers("x", 2), new ItemUsers("y", 1)], popularity.Clusters[0]);
        Assert.Equal([new ItemUsers("y", 2)], popularity.Clusters[1]);
    }
}
