using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Encoding;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class RankingBaselinesTests
{
    /// <summary>a: x y z, b: x y, c: x w, d: w.</summary>
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Log(
        ("a", "x", "view", 0), ("a", "y", "view", 1), ("a", "z", "view", 2), ("b", "x", "view", 0), ("b", "y", "view", 1),
        ("c", "x", "view", 0), ("c", "w", "view", 1), ("d", "w", "view", 0)));

    [Fact]
    public void Popularity_counts_users()
    {
        Assert.Equal([3f, 2f, 1f, 2f], Scores(RankingBaselines.Popularity(_set), user: 3));
    }

    [Fact]
    public void Popularity_in_a_cluster_counts_only_its_users()
    {
        var scorer = RankingBaselines.PopularityInCluster(_set, [0, 0, 1, 1], [0, 0, 1, 1], 2);
        Assert.Equal([2f, 2f, 1f, 0f], Scores(scorer, user: 0));
        Assert.Equal([1f, 0f, 0f, 2f], Scores(scorer, user: 3));
        // User c does not count, but is ranked by the cluster.
        var withoutC = RankingBaselines.PopularityInCluster(_set, [0, 0, 1, 1], [0, 0, -1, 1], 2);
        Assert.Equal([0f, 0f, 0f, 1f], Scores(withoutC, user: 2));
    }

    [Fact]
    public void ItemKnn_sums_the_cosines_with_the_users_items()
    {
        // d has w; cos(w, x) = 1 / sqrt(2 * 3), and nobody has w with y or z.
        Assert.Equal([.40824829f, 0f, 0f, 0f], Scores(ItemKnn(3), user: 3));
        // b has x and y: cos(x, z) + cos(y, z) = 1 / sqrt(3) + 1 / sqrt(2).
        Assert.Equal(1.2844571, Scores(ItemKnn(1), user: 1)[2], 1e-6);
    }

    [Fact]
    public void Evaluation_stops_within_a_second_of_its_cancellation()
    {
        // Every item has most users and every user half of the items: the neighbours of all items take seconds.
        const int Users = 5000, Items = 800, ItemsOfAUser = 400;
        int[] items = [.. Enumerable.Range(0, Users).SelectMany(user => Enumerable.Range(0, ItemsOfAUser).Select(i => (user + (2 * i)) % Items))];
        using var log = new EventLog(
            [.. Enumerable.Range(0, Users).Select(user => $"u{user}")], [.. Enumerable.Range(0, Users + 1).Select(user => user * ItemsOfAUser)],
            [.. Enumerable.Range(0, Items).Select(item => $"i{item}")], ["view"], [.. items], new(items.Length), new(items.Length));
        using var set = TestEvents.Weight(log);
        int[] users = [.. Enumerable.Range(0, 100)];
        var test = new HeldOutItems(users, [.. users.Select(user => (user + 1) % Items)]);
        var partition = new Partition(new int[Users], new int[Users], 1);
        CancellationDelay.AssertAtMost(1, cancelAfterMilliseconds: 200, stop =>
            new RankingEvaluator(set, test, threads: 1, stop).AddRanking(new ClusteringMetrics(), RankingBaselines.Popularity(set), partition, partition.Nearest, shuffleSeed: null));
    }

    private static ItemScorer ItemKnn(int user) =>
        RankingBaselines.ItemKnn(_set, [user], threads: 2, TestContext.Current.CancellationToken);

    private static float[] Scores(ItemScorer scorer, int user) => scorer.Compute(_set, [user]).Row(0).ToArray();
}
