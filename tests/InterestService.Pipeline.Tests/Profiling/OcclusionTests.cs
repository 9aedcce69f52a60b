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
        var sources = new PipelineSources(items => [.. items.Select(_ => new ItemDescription(null, []))], users => new string?[users.Count]);
        _result = InterestPipeline.Run(TestEvents.Blocks(2, 15, 8, 6, seed: 1), sources, options, _ => { }, TestContext.Current.CancellationToken);
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
        var why = Occlusion.Explain(_model, set, 0, cluster, TestContext.Current.CancellationToken);
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
        var why = Occlusion.Explain(_model, set, 0, members.Clusters[0], TestContext.Current.CancellationToken);
        Assert.Equal(members.Probabilities[0], why.Probability, 1e-5);
    }

    [Fact]
    public void A_users_only_item_is_all_there_is_to_say()
    {
        var why = Occlusion.Explain(_model, _model.Prepare(TestEvents.Log(("u", "i-0-1", "view", 1))), 0, ClusterOf("0-0000"), TestContext.Current.CancellationToken);
        Assert.Equal(1, Assert.Single(why.Items).Share);
    }

    private int ClusterOf(string user) => _result.Partition.Labels[Array.IndexOf(_result.UserIds, user)];

    private double Odds(InteractionSet set, int cluster) =>
        _model.LogOdds(_model.Encoder.Encode(set, TestContext.Current.CancellationToken), set, cluster).Single();
}
