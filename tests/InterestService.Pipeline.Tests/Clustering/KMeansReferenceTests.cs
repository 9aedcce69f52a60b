using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>Compares K-means with exhaustive search and other implementations.</summary>
public sealed class KMeansReferenceTests
{
    [Theory]
    [InlineData(4, 2)]
    [InlineData(7, 2)]
    [InlineData(8, 2)]
    [InlineData(5, 3)]
    [InlineData(8, 3)]
    public void Small_cases_reach_the_optimal_partition(int rows, int clusters)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Matrix points = TestPoints.Uniform(rows, 2, seed);
            double best = Partitions(rows, clusters).Min(labels => SumOfSquares(points, labels, clusters));
            double found = Run.Fit(points, new() { Clusters = clusters, Starts = 60, Spherical = false, Tolerance = 0 }).Inertia;
            Assert.Equal(best, found, 1e-6);
        }
    }

    [Theory]
    [InlineData(2_000, 17, 33, false)]
    [InlineData(3_000, 64, 20, false)]
    [InlineData(2_000, 30, 16, true)]
    public void The_inertia_matches_that_of_Lloyd_from_the_same_start(int rows, int columns, int clusters, bool spherical)
    {
        Matrix points = TestPoints.Blobs(rows, columns, clusters / 2, 2, 4);
        if (spherical)
            points = TestPoints.Normalised(points);
        Matrix start = TestPoints.Rows(points, [.. Enumerable.Range(0, clusters)]);
        KMeansResult result = Run.Fit(
            points, new() { Clusters = clusters, InitialCentroids = start, Spherical = spherical, Tolerance = 0, MaxIterations = 30 });
        double expected = LloydInertia(points, start, 30, spherical);
        Assert.Equal(1, result.Inertia / expected, 1e-4);
    }

    [Fact]
    public void The_inertia_is_not_above_that_of_MicrosoftML()
    {
        Matrix points = TestPoints.Blobs(3_000, 8, 10, 7, 2);
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(
            Enumerable.Range(0, points.Rows).Select(row => new Point { Features = points.Row(row).ToArray() }));
        var model = context.Clustering.Trainers.KMeans(new KMeansTrainer.Options { NumberOfClusters = 10, NumberOfThreads = 1 }).Fit(data);
        VBuffer<float>[]? centroids = null;
        model.Model.GetClusterCentroids(ref centroids, out int clusters);
        var theirs = new Matrix(clusters, 8, [.. centroids.SelectMany(centroid => centroid.DenseValues())]);

        double ours = Run.Fit(points, new() { Clusters = 10, Spherical = false }).Inertia;
        Assert.True(ours <= 1.001 * TestPoints.Inertia(points, theirs), $"{ours} over {TestPoints.Inertia(points, theirs)}");
    }

    private static IEnumerable<int[]> Partitions(int rows, int clusters) =>
        Enumerable.Range(0, (int)Math.Pow(clusters, rows)).Select(code =>
        {
            int[] labels = new int[rows];
            for (int row = 0; row < rows; row++, code /= clusters)
                labels[row] = code % clusters;
            return labels;
        });

    private static double SumOfSquares(Matrix points, int[] labels, int clusters)
    {
        double total = 0;
        for (int c = 0; c < clusters; c++)
        {
            int[] members = [.. Enumerable.Range(0, points.Rows).Where(row => labels[row] == c)];
            for (int j = 0; j < points.Columns && members.Length > 0; j++)
            {
                double mean = members.Average(row => (double)points.Row(row)[j]);
                total += members.Sum(row => (points.Row(row)[j] - mean) * (points.Row(row)[j] - mean));
            }
        }

        return total;
    }

    private static double LloydInertia(Matrix points, Matrix start, int iterations, bool spherical)
    {
        Matrix centroids = start;
        for (int i = 0; i < iterations; i++)
        {
            double[][] sums = [.. Enumerable.Range(0, start.Rows).Select(_ => new double[start.Columns])];
            int[] counts = new int[start.Rows];
            for (int row = 0; row < points.Rows; row++)
            {
                int nearest = Enumerable.Range(0, start.Rows)
                    .MinBy(c => TestPoints.SquaredDistance(points.Row(row), centroids.Row(c)));
                counts[nearest]++;
                for (int j = 0; j < start.Columns; j++)
                    sums[nearest][j] += points.Row(row)[j];
            }

            centroids = new Matrix(start.Rows, start.Columns);
            for (int c = 0; c < start.Rows; c++)
                for (int j = 0; j < start.Columns; j++)
                    centroids.Row(c)[j] = (float)(sums[c][j] / counts[c]);
            centroids = spherical ? TestPoints.Normalised(centroids) : centroids;
        }

        return TestPoints.Inertia(points, centroids);
    }

    private sealed class Point
    {
        [VectorType(8)]
        public required float[] Features { get; init; }
    }
}
