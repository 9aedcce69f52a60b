using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class KMeansEdgeTests
{
    [Fact]
    public void A_cluster_that_loses_all_points_is_reseeded_at_the_farthest_point()
    {
        var points = new Matrix(6, 1, [0, 1, 2, 10, 11, 40]);
        var options = new KMeansOptions { Clusters = 3, Spherical = false, InitialCentroids = new Matrix(3, 1, [1, 10, 1_000]) };
        KMeansResult result = Run.Fit(points, options);
        Assert.Equal(1, result.Reseeded);
        Assert.Equal([0, 0, 0, 1, 1, 2], result.Labels);
        Assert.Equal([1, 10.5f, 40], Array.ConvertAll(result.Centroids.Values, value => MathF.Round(value, 4)));
        Assert.Equal(2.5, result.Inertia, 1e-5);
    }

    [Fact]
    public void Several_empty_clusters_get_different_points()
    {
        Matrix points = TestPoints.Blobs(1_000, 4, 8, 1, .01);
        var far = new Matrix(8, 4);
        Array.Fill(far.Values, 500);
        KMeansResult result = Run.Fit(points, new() { Clusters = 8, Spherical = false, InitialCentroids = far });
        Assert.Equal(7, result.Reseeded);
        Assert.Equal(8, result.Labels.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 1_000).Select(row => result.Labels[row % 8]), result.Labels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_fewer_distinct_points_than_clusters_the_surplus_clusters_are_empty(bool spherical)
    {
        Matrix distinct = TestPoints.Normalised(TestPoints.Uniform(3, 7, 1));
        Matrix points = TestPoints.Rows(distinct, [.. Enumerable.Range(0, 15).Select(row => row % 3)]);
        KMeansResult result = Run.Fit(points, new() { Clusters = 5, Spherical = spherical });
        Assert.Equal(3, result.Labels.Distinct().Count());
        Assert.Equal(0, result.Inertia, 1e-5);
        Assert.Equal(5, result.Centroids.Rows);
        Assert.All(Run.Assign(result.Centroids, distinct).SquaredDistances, distance => Assert.Equal(0, distance, 1e-6f));
    }

    [Fact]
    public void As_many_clusters_as_points_have_inertia_0()
    {
        Matrix points = TestPoints.Uniform(20, 3, 1);
        KMeansResult result = Run.Fit(points, new() { Clusters = 20, Spherical = false });
        Assert.Equal(20, result.Labels.Distinct().Count());
        Assert.Equal(0, result.Inertia, 1e-5);
    }

    [Fact]
    public void Assign_finds_the_nearest_centroid_and_its_squared_distance()
    {
        Matrix points = TestPoints.Uniform(1_500, 13, 1), centroids = TestPoints.Uniform(37, 13, 2);
        (int[] labels, float[] distances) = Run.Assign(points, centroids);
        for (int row = 0; row < points.Rows; row++)
        {
            double[] all = [.. Enumerable.Range(0, 37).Select(c => TestPoints.SquaredDistance(points.Row(row), centroids.Row(c)))];
            Assert.Equal(all.Min(), all[labels[row]], 1e-5);
            Assert.Equal(all[labels[row]], distances[row], 1e-5);
        }
    }

    [Fact]
    public void Assign_resolves_ties_to_the_lower_index()
    {
        var centroids = new Matrix(4, 2, [9, 9, 1, 0, 0, 1, 1, 0]);
        (int[] labels, _) = Run.Assign(new Matrix(1, 2, [1, 0]), centroids);
        Assert.Equal([1], labels);
    }

    [Fact]
    public void Assign_of_the_training_points_repeats_the_labels()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Blobs(2_000, 16, 12, 9, 1));
        KMeansResult result = Run.Fit(points, new() { Clusters = 12 });
        Assert.Equal(result.Labels, Run.Assign(points, result.Centroids).Labels);
    }

    [Fact]
    public void Assign_of_no_points_is_empty()
    {
        Assert.Empty(Run.Assign(new Matrix(0, 2), new Matrix(1, 2)).Labels);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_rejected_with_its_row(float value)
    {
        Matrix points = TestPoints.Uniform(3_000, 4, 1);
        points.Row(2_345)[2] = value;
        points.Row(2_999)[0] = value;
        var error = Assert.Throws<ArgumentException>(() => Run.Fit(points, new() { Clusters = 2, Spherical = false }));
        Assert.Contains("Row 2345", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => Run.Assign(points, new Matrix(1, 4)));
        Assert.Contains("Row 2345", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spherical_clustering_rejects_rows_that_are_not_unit_vectors()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Uniform(10, 4, 1));
        points.Row(7).Clear();
        var error = Assert.Throws<ArgumentException>(() => Run.Fit(points, new() { Clusters = 2 }));
        Assert.Contains("Row 7 has length 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_points_than_clusters_are_rejected()
    {
        var error = Assert.Throws<ArgumentException>(() => Run.Fit(new Matrix(3, 2), new() { Clusters = 4 }));
        Assert.Equal("4 clusters need at least as many points; there are 3.", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_rejected()
    {
        Matrix points = TestPoints.Uniform(10, 2, 1);
        KMeansOptions[] wrong =
        [
            new() { Clusters = 0 },
            new() { Clusters = 1, Starts = 0 },
            new() { Clusters = 1, MaxIterations = 0 },
            new() { Clusters = 1, Threads = 0 },
            new() { Clusters = 1, Tolerance = double.NaN },
            new() { Clusters = 2, InitialCentroids = new Matrix(1, 2) },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => Run.Fit(points, options)));
        Assert.Throws<ArgumentException>(() => Run.Assign(points, new Matrix(2, 3)));
        Assert.Throws<ArgumentException>(() => Run.Assign(points, new Matrix(0, 2)));
    }

    [Fact]
    public void A_cancelled_fit_stops()
    {
        using var source = new CancellationTokenSource();
        var progress = new Reports(_ => source.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() =>
            KMeansClustering.Fit(TestPoints.Uniform(2_000, 4, 1), new() { Clusters = 8, Spherical = false }, progress, source.Token));
    }

    [Fact]
    public void Progress_reports_every_iteration_of_every_start()
    {
        var reports = new List<KMeansProgress>();
        KMeansClustering.Fit(
            TestPoints.Uniform(500, 4, 1),
            new() { Clusters = 3, Starts = 2, Spherical = false },
            new Reports(reports.Add),
            TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], reports.Select(report => report.Start).Distinct());
        IEnumerable<int> iterations = reports.Where(report => report.Start == 1).Select(report => report.Iteration);
        Assert.Equal(Enumerable.Range(0, iterations.Count()), iterations);
    }

    private sealed class Reports(Action<KMeansProgress> report) : IProgress<KMeansProgress>
    {
        public void Report(KMeansProgress value) => report(value);
    }
}
