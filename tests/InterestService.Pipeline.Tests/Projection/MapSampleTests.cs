using InterestService.Pipeline.Projection;

namespace InterestService.Pipeline.Tests.Projection;

public sealed class MapSampleTests
{
    private static readonly string[] _ids = [.. Enumerable.Range(0, 10_000).Select(user => $"user {user}")];

    /// <summary>Clusters of 6,000, 3,000, 993, 5 and 2 users.</summary>
    private static readonly int[] _clusters = [.. Enumerable.Range(0, 10_000).Select(user => user < 6000 ? 0 : user < 9000 ? 1 : user < 9993 ? 2 : user < 9998 ? 3 : 4)];

    [Fact]
    public void Every_cluster_has_its_share_and_small_ones_are_whole()
    {
        int[] sample = MapSample.Draw(_ids, _clusters, 1000, seed: 1);
        Assert.Equal(1000, sample.Length);
        Assert.Equal(sample.Distinct().Order(), sample);
        var shown = sample.CountBy(row => _clusters[row]).ToDictionary();
        Assert.InRange(shown[0], 590, 601);
        Assert.InRange(shown[1], 293, 302);
        Assert.InRange(shown[2], 94, 101);
        Assert.Equal((5, 2), (shown[3], shown[4]));
    }

    [Fact]
    public void As_many_clusters_as_possible_are_represented()
    {
        int[] single = [.. Enumerable.Range(0, _ids.Length).Select(user => user / 20)]; // 500 clusters
        Assert.Equal(500, MapSample.Draw(_ids, single, 600, seed: 1).Select(row => single[row]).Distinct().Count());
        Assert.Equal(300, MapSample.Draw(_ids, single, 300, seed: 1).Select(row => single[row]).Distinct().Count());
    }

    [Fact]
    public void It_depends_on_the_seed_and_not_on_the_order_of_the_users()
    {
        var drawn = Drawn(_ids, _clusters, 1);
        int[] order = [.. Enumerable.Range(0, _ids.Length)];
        new Random(4).Shuffle(order);
        Assert.Equal(drawn, Drawn([.. order.Select(user => _ids[user])], [.. order.Select(user => _clusters[user])], 1));
        Assert.NotEqual(drawn, Drawn(_ids, _clusters, 2));
    }

    [Fact]
    public void Later_clusterings_sample_mostly_the_same_users()
    {
        // A tenth of the users is new, and some are in other clusters.
        string[] ids = [.. _ids[1000..], .. Enumerable.Range(0, 1000).Select(user => $"new {user}")];
        int[] clusters = [.. ids.Select((_, user) => user % 17 == 0 ? 1 : _clusters[Math.Min(user + 1000, 8999)])];
        var (before, after) = (Drawn(_ids, _clusters, 1), Drawn(ids, clusters, 1));
        Assert.True(before.Intersect(after).Count() > 700, $"{before.Intersect(after).Count()}");
    }

    [Fact]
    public void Few_users_are_all_shown() => Assert.Equal(Enumerable.Range(0, 10_000), MapSample.Draw(_ids, _clusters, 10_000, seed: 1));

    private static string[] Drawn(string[] ids, int[] clusters, int seed) =>
        [.. MapSample.Draw(ids, clusters, 1000, seed).Select(row => ids[row]).Order(StringComparer.Ordinal)];
}
