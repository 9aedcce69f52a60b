using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline.Tests.Recommending;

public sealed class RankFusionTests
{
    private static readonly float[] _encoder = [.. Enumerable.Range(0, 200).Select(item => 1f / (1 + item))];

    [Fact]
    public void Without_a_prior_the_encoders_ranking_stands()
    {
        var ranked = RankFusion.Fuse(_encoder, new float[200], new bool[200], 10);
        Assert.Equal(Enumerable.Range(0, 10), ranked.Select(item => item.Item));
        Assert.All(ranked, item => Assert.False(item.ByClusters));
    }

    [Fact]
    public void Popularity_decides_between_neighbours_and_lifts_nothing_that_the_encoder_ranks_low()
    {
        float[] clusters = new float[200];
        (clusters[12], clusters[150]) = (.2f, .9f);
        var ranked = RankFusion.Fuse(_encoder, clusters, new bool[200], 10);
        Assert.Contains(12, ranked.Select(item => item.Item));
        Assert.DoesNotContain(150, ranked.Select(item => item.Item));
        Assert.Equal(150, RankFusion.Fuse(_encoder, clusters, new bool[200], 10, clusterWeight: 100)[0].Item);
    }

    [Fact]
    public void What_is_first_by_both_has_the_score_1_and_what_is_left_out_has_no_rank()
    {
        float[] clusters = new float[200];
        clusters[1] = clusters[0] = .5f;
        bool[] left = new bool[200];
        left[0] = true;
        var ranked = RankFusion.Fuse(_encoder, clusters, left, 1000);
        Assert.Equal((1, 1.0), (ranked[0].Item, ranked[0].Score));
        Assert.Equal(199, ranked.Count);
    }

    [Fact]
    public void It_ranks_as_a_plain_sum_of_reciprocal_ranks_does()
    {
        var random = new Random(3);
        float[] encoder = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())], clusters = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())];
        int[] expected = [.. Enumerable.Range(0, 60).OrderByDescending(item =>
            (1.0 / (60 + encoder.Count(score => score >= encoder[item]))) + (.5 / (60 + clusters.Count(score => score >= clusters[item])))).Take(7)];
        Assert.Equal(expected, RankFusion.Fuse(encoder, clusters, new bool[60], 7, .5).Select(item => item.Item));
    }
}
