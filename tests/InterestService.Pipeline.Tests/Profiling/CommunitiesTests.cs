using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Profiling;

public sealed class CommunitiesTests
{
    private static readonly string[] _topics = ["Sailing", "Baking", "Astronomy", "Gardening"];

    private static EventLog Planted => TestEvents.Blocks(4, 60, 15, 10, seed: 3, noise: .15);

    [Fact]
    public void The_communities_of_a_cluster_carry_the_names_of_its_planted_topic()
    {
        var result = Run("communities", named: "category");
        foreach (var cluster in result.Clusters)
        {
            int topic = TopicOf(result, cluster.Number.Index);
            var top = cluster.Profile.TopCommunities[0];
            Assert.StartsWith(_topics[topic], top.Name, StringComparison.Ordinal);
            Assert.InRange(top.Share, .6, 1.000001);
            Assert.InRange(top.Lift, 2, 4);
            Assert.All(cluster.Profile.TopCommunities, community => Assert.InRange(community.Items, 2, 60));
            Assert.NotEmpty(top.TypicalItems);
            Assert.All(top.TypicalItems, item => Assert.StartsWith($"i-{topic}-", item.ItemId, StringComparison.Ordinal));
        }

        Assert.Distinct(result.Communities.GroupBy(item => item.Community).Select(community => community.Key));
        Assert.All(result.Communities.GroupBy(item => item.Community), community => Assert.True(community.Count() >= 2));
    }

    [Fact]
    public void Titles_name_communities_without_categories()
    {
        var result = Run("communities", named: "title");
        Assert.All(result.Clusters, cluster => Assert.Contains(
            _topics[TopicOf(result, cluster.Number.Index)], cluster.Profile.TopCommunities[0].Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_population_has_the_share_of_each_community()
    {
        var result = Run("communities", named: "category");
        var shares = result.Population.Where(share => share.Dimension == "community").ToDictionary(share => share.Name, share => share.Share);
        Assert.Equal(result.Communities.Select(item => item.Community).Distinct().Order(), shares.Keys.Order());
        Assert.Equal(1, shares.Values.Sum(), .05);
    }

    [Fact]
    public void An_encoder_without_groups_of_items_has_no_communities()
    {
        var result = Run("svd", named: "category");
        Assert.Empty(result.Communities);
        Assert.All(result.Clusters, cluster => Assert.Empty(cluster.Profile.TopCommunities));
        Assert.DoesNotContain(result.Population, share => share.Dimension == "community");
    }

    [Fact]
    public void An_item_alone_and_the_collection_of_the_smallest_are_no_groups()
    {
        int[] pairs = [.. Enumerable.Range(0, 256).SelectMany(community => new[] { community, community })];
        Assert.Equal([.. pairs[..^2], -1, -1], new ItemCommunities(pairs, new float[pairs.Length]).Groups());
        Assert.Equal([0, 0, -1], new ItemCommunities([0, 0, 1], [1, 1, 1]).Groups());
    }

    private static int TopicOf(PipelineResult result, int cluster) =>
        result.UserIds.Where((_, user) => result.Partition.Labels[user] == cluster).Select(user => user[0] - '0').CountBy(topic => topic).MaxBy(pair => pair.Value).Key;

    private static PipelineResult Run(string encoder, string named)
    {
        var items = Planted.ItemIds.ToDictionary(id => id, id =>
        {
            string topic = _topics[id[2] - '0'];
            return named == "title" ? new ItemDescription($"{topic} {id}", []) : new ItemDescription(null, [topic, "Everything"]);
        });
        var options = new PipelineOptions { Encoder = encoder, Clusters = 4, Device = "cpu" };
        return InterestPipeline.Run(Planted, ReferenceData.Empty with { Items = items }, options, _ => { }, TestContext.Current.CancellationToken);
    }
}
