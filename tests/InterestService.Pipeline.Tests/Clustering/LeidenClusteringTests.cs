using CsCheck;
using InterestService.Pipeline.Clustering.Graph;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class LeidenClusteringTests() : ClusteringAlgorithmContract("leiden")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Its_own_number_of_clusters_is_that_of_separate_groups()
    {
        var points = TestPoints.Normalised(TestPoints.Blobs(400, 8, groups: 7, seed: 2, spread: .3));
        var found = LeidenClustering.Fit(points, new LeidenOptions { GraphResolution = .2 }, Cancellation);
        Assert.Equal(7, found.Clusters);
        Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 400).Select(row => row % 7)], found.Labels));
        Assert.True(LeidenClustering.Fit(points, new LeidenOptions { GraphResolution = 20 }, Cancellation).Clusters > 14);
    }

    [Fact]
    public void Any_number_of_clusters_is_reached() =>
        Gen.Select(Gen.Int[1, 150], Gen.Int[1, 6], Gen.Int[0, 3], Gen.Int[1, 30], Gen.Int[1, 40], Gen.Int[0, 1_000_000])
            .Sample((rows, columns, grid, neighbours, clusters, seed) =>
            {
                var points = TestPoints.Uniform(rows, columns, seed, grid);
                var found = LeidenClustering.Fit(points, new LeidenOptions { Clusters = clusters, GraphNeighbours = neighbours, Seed = seed }, Cancellation);
                Assert.Equal(Math.Min(clusters, points.DistinctRows(rows)), found.Clusters);
                Assert.Equal(found.Clusters, found.Labels.Distinct().Count());
            });

    [Fact]
    public void Fragments_are_no_clusters()
    {
        // Three large groups, and sixty of the size of a neighbourhood, which no edge connects with anything else.
        var (large, small) = (TestPoints.Blobs(1_500, 12, groups: 3, seed: 5, spread: .5), TestPoints.Blobs(600, 12, groups: 60, seed: 6, spread: .01));
        var points = TestPoints.Normalised(new Matrix(2_100, 12, [.. large.Values, .. small.Values]));
        foreach (var options in (LeidenOptions[])[new() { Clusters = 3, GraphNeighbours = 8 }, new() { GraphNeighbours = 8, GraphResolution = .05 }])
        {
            var found = LeidenClustering.Fit(points, options, Cancellation);
            Assert.Equal(3, found.Clusters);
            Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 1_500).Select(row => row % 3)], found.Labels[..1_500]));
        }
    }

    [Fact]
    public void Points_beyond_the_sample_join_the_cluster_of_the_nearest()
    {
        var points = TestPoints.Normalised(TestPoints.Blobs(3_000, 8, groups: 6, seed: 4, spread: .3));
        var found = LeidenClustering.Fit(points, new LeidenOptions { Clusters = 6, MaximumPoints = 500 }, Cancellation);
        Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 3_000).Select(row => row % 6)], found.Labels));
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        var points = TestPoints.Uniform(10, 2, 1);
        LeidenOptions[] wrong =
        [
            new() { Clusters = 0 }, new() { GraphNeighbours = 0 }, new() { GraphResolution = 0 }, new() { GraphResolution = double.NaN },
            new() { MaximumPoints = 1 }, new() { Threads = 0 },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => LeidenClustering.Fit(points, options, Cancellation)));
        Assert.Throws<ArgumentException>(() => LeidenClustering.Fit(new Matrix(0, 3), new LeidenOptions(), Cancellation));
        points.Row(3)[1] = float.NaN;
        Assert.Contains("Row 3", Assert.Throws<ArgumentException>(() => LeidenClustering.Fit(points, new LeidenOptions(), Cancellation)).Message, StringComparison.Ordinal);
    }
}
