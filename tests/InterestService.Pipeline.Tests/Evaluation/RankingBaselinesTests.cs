using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
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
        var scorer = RankingBaselines.PopularityInCluster(_set, [0, 0, 1, 1], 2);
        Assert.Equal([2f, 2f, 1f, 0f], Scores(scorer, user: 0));
        Assert.Equal([1f, 0f, 0f, 2f], Scores(scorer, user: 3));
    }

    [Fact]
    public void ItemKnn_sums_the_cosines_with_the_users_items()
    {
        // d has w; cos(w, x) = 1 / sqrt(2 * 3), and no user has w with y or z.
        Assert.Equal([.40824829f, 0f, 0f, 0f], Scores(RankingBaselines.ItemKnn(_set, [3]), user: 3));
        // b has x and y: cos(x, z) + cos(y, z) = 1 / sqrt(3) + 1 / sqrt(2).
        Assert.Equal(1.2844571, Scores(RankingBaselines.ItemKnn(_set, [1]), user: 1)[2], 1e-6);
    }

    private static float[] Scores(ItemScorer scorer, int user) => scorer(_set, [user]).Row(0).ToArray();
}
