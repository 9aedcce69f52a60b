using CsCheck;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class KMeansTests() : ClusteringAlgorithmContract("kmeans")
{
    [Fact]
    public void The_inertia_never_increases_and_matches_the_labels()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[2, 20], Gen.Int[1, 12], Gen.Int[0, 4], Gen.Bool, Gen.Int[0, 1_000_000])
            .Sample((rows, columns, clusters, grid, spherical, seed) =>
            {
                Matrix points = TestPoints.Uniform(Math.Max(rows, clusters), columns, seed, spherical ? 0 : grid);
                if (spherical)
                    points = TestPoints.Normalised(points);
                KMeansResult result = Run.Fit(
                    points, new() { Clusters = clusters, Seed = seed, Spherical = spherical, Starts = 2, Tolerance = 0 });

                double byLabels = result.Labels
                    .Select((label, row) => TestPoints.SquaredDistance(points.Row(row), result.Centroids.Row(label))).Sum();
                Assert.Equal(byLabels, result.Inertia, 1e-5 * points.Rows);
                Assert.Equal(result.InertiaHistory[^1], result.Inertia);
                Assert.Equal(result.Iterations + 1, result.InertiaHistory.Length);
                foreach ((double before, double after) in result.InertiaHistory.Zip(result.InertiaHistory.Skip(1)))
                    Assert.True(after <= before, $"{after} after {before}");
            });
    }

    [Fact]
    public void No_cluster_is_empty_when_there_are_enough_distinct_points()
    {
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 3], Gen.Int[1, 12], Gen.Int[0, 1_000_000]).Sample((rows, columns, clusters, seed) =>
        {
            Matrix points = TestPoints.Uniform(Math.Max(rows, clusters), columns, seed, grid: 2);
            int distinct = Enumerable.Range(0, points.Rows).Select(row => string.Join(' ', points.Row(row).ToArray())).Distinct().Count();
            KMeansResult result = Run.Fit(points, new() { Clusters = clusters, Seed = seed, Spherical = false, Starts = 1 });
            Assert.Equal(Math.Min(distinct, clusters), result.Labels.Distinct().Count());
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_any_number_of_threads()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Blobs(5_000, 20, 30, 1, 3));
        KMeansResult[] results = [.. new[] { 1, 1, 2, 7 }.Select(threads =>
            Run.Fit(points, new() { Clusters = 30, Seed = 5, Starts = 2, Threads = threads }))];
        foreach (KMeansResult result in results[1..])
        {
            Assert.Equal(results[0].Centroids.Values, result.Centroids.Values);
            Assert.Equal(results[0].Labels, result.Labels);
            Assert.Equal(results[0].InertiaHistory, result.InertiaHistory);
        }
    }

    [Fact]
    public void Another_seed_gives_another_start()
    {
        Matrix points = TestPoints.Uniform(500, 5, 1);
        double[] firsts = [.. Enumerable.Range(0, 3).Select(seed =>
            Run.Fit(points, new() { Clusters = 8, Seed = seed, Spherical = false, Starts = 1 }).InertiaHistory[0])];
        Assert.Equal(3, firsts.Distinct().Count());
    }

    [Fact]
    public void Permuted_points_get_the_same_partition()
    {
        Matrix points = TestPoints.Blobs(3_000, 12, 9, 3, .3);
        int[] order = [.. Enumerable.Range(0, points.Rows)];
        new Random(4).Shuffle(order);
        int[] labels = Run.Fit(points, new() { Clusters = 9, Spherical = false }).Labels;
        int[] permuted = Run.Fit(TestPoints.Rows(points, order), new() { Clusters = 9, Spherical = false }).Labels;
        Assert.Equal(1, AdjustedRandIndex.Compute([.. order.Select(row => labels[row])], permuted));
        Assert.Equal(1, AdjustedRandIndex.Compute(labels, [.. Enumerable.Range(0, points.Rows).Select(row => row % 9)]));
    }

    [Fact]
    public void Swaps_recover_many_groups_from_any_start()
    {
        Matrix points = TestPoints.Blobs(4_000, 6, 40, 2, .5);
        int[] groups = [.. Enumerable.Range(0, points.Rows).Select(row => row % 40)];
        for (int seed = 0; seed < 8; seed++)
        {
            int[] labels = Run.Fit(points, new() { Clusters = 40, Seed = seed, Spherical = false }).Labels;
            Assert.Equal(1, AdjustedRandIndex.Compute(groups, labels), 1e-3);
        }
    }

    [Fact]
    public void Duplicating_all_points_does_not_move_the_centroids()
    {
        Matrix points = TestPoints.Uniform(700, 6, 8);
        Matrix twice = TestPoints.Rows(points, [.. Enumerable.Range(0, 1_400).Select(row => row % 700)]);
        var options = new KMeansOptions
        {
            Clusters = 5,
            Spherical = false,
            Tolerance = 0,
            InitialCentroids = TestPoints.Rows(points, [0, 1, 2, 3, 4]),
        };
        KMeansResult once = Run.Fit(points, options), doubled = Run.Fit(twice, options);
        Assert.Equal(2 * once.Inertia, doubled.Inertia, 1e-6 * once.Inertia);
        Assert.All(once.Centroids.Values.Zip(doubled.Centroids.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Distance_from_the_origin_does_not_change_the_partition()
    {
        Matrix near = TestPoints.Blobs(2_000, 8, 6, 5, .5);
        var far = new Matrix(near.Rows, near.Columns, Array.ConvertAll(near.Values, value => value + 20_000));
        KMeansResult result = Run.Fit(far, new() { Clusters = 6, Spherical = false });
        Assert.Equal(1, AdjustedRandIndex.Compute(Run.Fit(near, new() { Clusters = 6, Spherical = false }).Labels, result.Labels));
        Assert.Equal(result.Labels, Run.Assign(far, result.Centroids).Labels);
    }

    [Fact]
    public void Spherical_centroids_are_the_mean_directions_of_their_members()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Blobs(1_000, 10, 5, 6, .5));
        KMeansResult result = Run.Fit(points, new() { Clusters = 5 });
        for (int c = 0; c < 5; c++)
        {
            double[] sum = new double[10];
            for (int row = 0; row < points.Rows; row++)
                for (int j = 0; j < 10 && result.Labels[row] == c; j++)
                    sum[j] += points.Row(row)[j];
            double length = Math.Sqrt(sum.Sum(value => value * value));
            Assert.Equal(1, TestPoints.SquaredDistance(result.Centroids.Row(c), new float[10]), 1e-6);
            for (int j = 0; j < 10; j++)
                Assert.Equal(sum[j] / length, result.Centroids.Row(c)[j], 1e-4);
        }
    }
}

/// <summary>The implementation that K-means is compared with.</summary>
public sealed class MicrosoftMLKMeansTests() : ClusteringAlgorithmContract("microsoft-ml-kmeans");
