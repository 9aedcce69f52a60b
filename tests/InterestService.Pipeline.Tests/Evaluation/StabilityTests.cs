using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class StabilityTests
{
    [Fact]
    public void Separated_groups_have_stability_1()
    {
        var result = Compute(Groups(3, .01f), 3);
        Assert.Equal(1, result.Score!.Value, 1e-12);
        Assert.Equal(0, result.StandardError!.Value, 1e-12);
        Assert.Equal(4, result.Pairs);
    }

    [Fact]
    public void Clusters_without_structure_in_the_data_are_unstable() => Assert.InRange(Compute(Groups(1, .3f), 6).Score!.Value, -.1, .8);

    [Fact]
    public void Random_labels_have_stability_0()
    {
        var random = new Random(1);
        var result = Stability.Compute(
            Groups(1, .3f), (sample, _) => [.. Enumerable.Range(0, sample.Rows).Select(_ => random.Next(3))], 10, seed: 1, TestContext.Current.CancellationToken);
        Assert.InRange(result.Score!.Value, -.02, .02);
    }

    [Fact]
    public void Samples_that_lack_clusters_are_skipped_and_counted()
    {
        int calls = 0;
        var result = Stability.Compute(
            Groups(2, .1f), (sample, _) => calls++ % 4 == 0 ? null : new int[sample.Rows], 6, seed: 1, TestContext.Current.CancellationToken);
        Assert.Equal((3, 3), (result.Pairs, result.SkippedPairs));
        Assert.Equal(1, result.Score);

        var none = Stability.Compute(Groups(2, .1f), (_, _) => null, 6, seed: 1, TestContext.Current.CancellationToken);
        Assert.Equal(new StabilityResult(null, null, 0, 6), none);
    }

    [Fact]
    public void A_single_point_has_no_stability() =>
        Assert.Null(Stability.Compute(new Matrix(1, 2), (sample, _) => new int[sample.Rows], 3, 1, TestContext.Current.CancellationToken).Score);

    [Fact]
    public void The_same_seed_gives_the_same_score() => Assert.Equal(Compute(Groups(1, .3f), 6), Compute(Groups(1, .3f), 6));

    private static StabilityResult Compute(Matrix points, int clusters) => Stability.Compute(
        points,
        (sample, seed) => KMeansClustering.Fit(sample, new KMeansOptions { Clusters = clusters, Seed = seed, Spherical = false, Starts = 2 }, null, TestContext.Current.CancellationToken).Labels,
        pairs: 4, seed: 7, TestContext.Current.CancellationToken);

    /// <summary>Groups of 100 points at (group, 0).</summary>
    private static Matrix Groups(int groups, float spread)
    {
        var random = new Random(3);
        var points = new Matrix(groups * 100, 2);
        for (int row = 0; row < points.Rows; row++)
        {
            points.Row(row)[0] = row / 100 + spread * (random.NextSingle() - .5f);
            points.Row(row)[1] = spread * (random.NextSingle() - .5f);
        }

        return points;
    }
}
