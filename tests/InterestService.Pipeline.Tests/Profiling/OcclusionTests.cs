using InterestService.Pipeline.Events;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Profiling;

public sealed class OcclusionTests : IDisposable
{
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
    public void Evidence_is_what_the_odds_lose_when_the_events_were_never_sent()
    {
        (string, string?, string, double)[] events =
            [("u", "i-0-1", "view", 1), ("u", "i-0-3", "purchase", 2), ("u", "i-1-2", "view", 3), ("u", "i-0-3", "view", 4), ("u", "i-0-5", "view", 5)];
        var set = _model.Prepare(TestEvents.Log(events));
        int cluster = ClusterOf("0-0000");
        var why = Occlusion.Explain(variants => LogOdds(variants, cluster), set, 0);
        Assert.Equal(1, why.Items.Sum(item => item.Share), 1e-12);
        Assert.Equal("i-1-2", _model.ItemIds[why.Items[^1].Item]);
        Assert.True(why.Items[^1].Evidence < 0);
        Assert.Equal(0, why.Items[^1].Share);
        foreach (var item in why.Items)
        {
            var without = _model.Prepare(TestEvents.Log([.. events.Where(e => e.Item2 != _model.ItemIds[item.Item])]));
            Assert.Equal(item.Evidence, Odds(set, cluster) - Odds(without, cluster), 1e-3);
        }
    }

    [Fact]
    public void A_probability_is_the_one_of_the_memberships()
    {
        var set = _model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1), ("u", "i-1-2", "view", 3)));
        var members = _model.Join(_model.Encoder.Encode(set, TestContext.Current.CancellationToken), set);
        var why = Occlusion.Explain(variants => LogOdds(variants, members.Clusters[0]), set, 0);
        Assert.Equal(members.Probabilities[0], why.Probability, 1e-5);
    }

    [Fact]
    public void A_users_only_item_is_all_there_is_to_say()
    {
        int cluster = ClusterOf("0-0000");
        var why = Occlusion.Explain(variants => LogOdds(variants, cluster), _model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1))), 0);
        Assert.Equal(1, Assert.Single(why.Items).Share);
    }

    private int ClusterOf(string user) => _result.Partition.Labels[Array.IndexOf(_result.UserIds, user)];

    private double Odds(InteractionSet set, int cluster) => LogOdds(set, cluster).Single();

    private double[] LogOdds(InteractionSet set, int cluster) =>
        _model.LogOdds(_model.Encoder.Encode(set, TestContext.Current.CancellationToken), set, cluster);
}
