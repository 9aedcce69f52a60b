using InterestService.Pipeline.Events;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Profiling;

public sealed class OcclusionTests : IDisposable
{
    private const double Prior = 0; // two clusters of equal size

    private readonly PipelineResult _result;
    private readonly TrainedModel _model;

    public OcclusionTests()
    {
        var options = new PipelineOptions { Encoder = "svd", Clusters = 2, Device = "cpu", Parameters = new() { ["dimensions"] = 8 } };
        _result = InterestPipeline.Run(TestEvents.Blocks(2, 15, 8, 6, seed: 1), ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken);
        _model = TrainedModel.Read(_result.Model, "cpu", threads: 1);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Evidence_is_what_the_events_of_an_item_add_to_the_log_odds_beside_the_others_and_alone()
    {
        (string, string?, string, double)[] events =
            [("u", "i-0-1", "view", 1), ("u", "i-0-3", "purchase", 2), ("u", "i-1-2", "view", 3), ("u", "i-0-3", "view", 4), ("u", "i-0-5", "view", 5)];
        var set = _model.Prepare(TestEvents.Log(events));
        int cluster = ClusterOf("0-0000");
        var explanation = Occlusion.Explain(variants => LogOdds(variants, cluster), set, 0, Prior);
        Assert.Equal(1, explanation.Items.Sum(item => item.Share), 1e-12);
        Assert.Equal("i-1-2", _model.ItemIds[explanation.Items[^1].Item]);
        Assert.True(explanation.Items[^1].Evidence < 0);
        Assert.Equal(0, explanation.Items[^1].Share);
        foreach (var item in explanation.Items)
        {
            var without = _model.Prepare(TestEvents.Log([.. events.Where(e => e.Item2 != _model.ItemIds[item.Item])]));
            var alone = _model.Prepare(TestEvents.Log([.. events.Where(e => e.Item2 == _model.ItemIds[item.Item])]));
            Assert.Equal(item.Evidence, (Odds(set, cluster) - Odds(without, cluster) + Odds(alone, cluster) - Prior) / 2, 1e-3);
        }
    }

    [Fact]
    public void Items_that_say_the_same_all_speak_for_the_cluster()
    {
        // Without one of them the others say it as well, so that the odds hardly change, and rather at random.
        var set = _model.Prepare(TestEvents.Log([.. Enumerable.Range(0, 6).Select(item => ("u", (string?)$"i-0-{item}", "view", (double)item))]));
        var explanation = Occlusion.Explain(variants => LogOdds(variants, ClusterOf("0-0000")), set, 0, Prior);
        Assert.All(explanation.Items, item => Assert.InRange(item.Share, .05, .4));
        Assert.All(explanation.Items, item => Assert.True(item.Evidence > 0));
    }

    [Fact]
    public void The_probability_equals_that_of_the_memberships()
    {
        var set = _model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1), ("u", "i-1-2", "view", 3)));
        var members = _model.Join(_model.Encode(set, TestContext.Current.CancellationToken), set);
        var explanation = Occlusion.Explain(variants => LogOdds(variants, members.Clusters[0]), set, 0, Prior);
        Assert.Equal(members.Probabilities[0], explanation.Probability, 1e-5);
    }

    [Fact]
    public void A_users_only_item_has_a_share_of_1()
    {
        int cluster = ClusterOf("0-0000");
        var explanation = Occlusion.Explain(variants => LogOdds(variants, cluster), _model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1))), 0, Prior);
        Assert.Equal(1, Assert.Single(explanation.Items).Share);
    }

    private int ClusterOf(string user) => _result.Partition.Labels[Array.IndexOf(_result.UserIds, user)];

    private double Odds(InteractionSet set, int cluster) => LogOdds(set, cluster).Single();

    private double[] LogOdds(InteractionSet set, int cluster) =>
        _model.LogOdds(_model.Encode(set, TestContext.Current.CancellationToken), set, cluster);
}
