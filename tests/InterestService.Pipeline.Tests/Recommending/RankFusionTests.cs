using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline.Tests.Recommending;

public sealed class RankFusionTests
{
    private static readonly float[] _encoder = [.. Enumerable.Range(0, 200).Select(item => 1f / (1 + item))];

    [Fact]
    public void Without_cluster_popularity_the_ranking_of_the_encoder_is_kept()
    {
        var ranked = RankFusion.Fuse(_encoder, new float[200], new bool[200], 10);
        Assert.Equal(Enumerable.Range(0, 10), ranked.Select(item => item.Item));
        Assert.All(ranked, item => Assert.False(item.ByClusters));
    }

    [Fact]
    public void Popularity_reorders_close_ranks_and_does_not_promote_low_ranks()
    {
        float[] clusters = new float[200];
        (clusters[12], clusters[150]) = (.2f, .9f);
        var ranked = RankFusion.Fuse(_encoder, clusters, new bool[200], 10);
        Assert.Contains(12, ranked.Select(item => item.Item));
        Assert.DoesNotContain(150, ranked.Select(item => item.Item));
        Assert.Equal(150, RankFusion.Fuse(_encoder, clusters, new bool[200], 10, clusterWeight: 100)[0].Item);
    }

    [Fact]
    public void An_item_ranked_first_by_both_has_score_1_and_excluded_items_have_no_rank()
    {
        float[] clusters = new float[200];
        clusters[1] = clusters[0] = .5f;
        bool[] excluded = new bool[200];
        excluded[0] = true;
        var ranked = RankFusion.Fuse(_encoder, clusters, excluded, 1000);
        Assert.Equal((1, 1.0), (ranked[0].Item, ranked[0].Score));
        Assert.Equal(199, ranked.Count);
    }

    [Fact]
    public void The_ranking_is_by_the_sum_of_reciprocal_ranks()
    {
        var random = new Random(3);
        float[] encoder = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())], clusters = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())];
        int[] expected = [.. Enumerable.Range(0, 60).OrderByDescending(item =>
            (1.0 / (60 + encoder.Count(score => score >= encoder[item]))) + (.5 / (60 + clusters.Count(score => score >= clusters[item])))).Take(7)];
        Assert.Equal(expected, RankFusion.Fuse(encoder, clusters, new bool[60], 7, .5).Select(item => item.Item));
    }
}
