using CsCheck;
using InterestService.Pipeline.Clustering.Density;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class DbscanTests() : ClusteringAlgorithmContract("dbscan")
{
    [Theory]
    [InlineData(1.5, 5, 81, 4810,
        "012.012.012.012.0123012.012.012.012.012101.3012.0123012.012.012.012301..0.23012.012.012.0123012.01.3012201.3012.0123012.")]
    [InlineData(1.0, 4, 62, 3719,
        "021.021.0...021.021.021.021.021.021.0...02..021.021.0.1.02..021.0.1.0...0...021.02..021.021.021.02..021.02..021.0.1.021.")]
    [InlineData(2.2, 8, 87, 5204,
        "012.012.012.012.0123012.012.012.012301210123012.0123012.012.012.012301.10123012.012.012.0123012.012301220123012.0123012.")]
    public void Labels_and_core_points_match_scikit_learn(double epsilon, int minimum, int cores, int sumOfCores, string labels)
    {
        DbscanResult result = Fit(Groups(), new() { Epsilon = epsilon, MinimumPoints = minimum });
        Assert.Equal((cores, sumOfCores), (result.Core.Count(core => core), result.Core.Index().Where(at => at.Item).Sum(at => at.Index)));
        int[] expected = ReferencePoints.Labels(labels);
        Assert.Equal(expected.Select(label => label < 0), result.Partition.Labels.Select(label => label < 0));
        Assert.Equal(1, AdjustedRandIndex.Compute(expected, result.Partition.Labels));
    }

    [Fact]
    public void Epsilon_is_the_knee_of_the_neighbour_distances()
    {
        // Computed with scikit-learn's neighbours and numpy.
        Assert.Equal(1.855590341768446, Fit(Groups(), new() { MinimumPoints = 5 }).Epsilon, 1e-6);
        Assert.Equal((5, 8), (Fit(Groups()).MinimumPoints, Fit(TestPoints.Uniform(2_000, 2, 1)).MinimumPoints));
    }

    [Fact]
    public void The_result_matches_the_definition()
    {
        Gen.Select(Gen.Int[1, 400], Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[0, 4], Gen.Double[.05, .8], Gen.Int[0, 1_000_000])
            .Sample((rows, columns, minimum, grid, unit, seed) =>
            {
                // Different from every distance on the grid, where rounding would decide.
                double epsilon = unit * .99731;
                Matrix points = TestPoints.Uniform(rows, columns, seed, grid);
                DbscanResult result = Fit(points, new() { Epsilon = epsilon, MinimumPoints = minimum });
                bool Near(int a, int b) => TestPoints.SquaredDistance(points.Row(a), points.Row(b)) <= epsilon * epsilon;
                int[][] neighbours = [.. Enumerable.Range(0, rows).Select(a => Enumerable.Range(0, rows).Where(b => Near(a, b)).ToArray())];
                Assert.Equal(neighbours.Select(near => near.Length >= minimum), result.Core);
                int[] labels = result.Partition.Labels;
                Assert.Equal(Components(neighbours, result.Core), result.Partition.Clusters);
                for (int row = 0; row < rows; row++)
                {
                    int[] cores = [.. neighbours[row].Where(near => result.Core[near])];
                    Assert.Equal(cores.Length == 0, labels[row] < 0);
                    if (result.Core[row])
                        Assert.All(cores, near => Assert.Equal(labels[row], labels[near]));
                    double Distance(int other) => TestPoints.SquaredDistance(points.Row(row), points.Row(other));
                    int[] all = [.. Enumerable.Range(0, rows).Where(other => result.Core[other])];
                    int cluster = result.Partition.Nearest[row];
                    Assert.Equal(all.Length == 0, cluster < 0);
                    if (cluster >= 0)
                        Assert.Equal(all.Min(Distance), all.Where(other => labels[other] == cluster).Min(Distance), 1e-6);
                    if (labels[row] >= 0)
                        Assert.Equal(labels[row], result.Partition.Nearest[row]);
                }
            }, iter: 60);
    }

    [Fact]
    public void A_permutation_of_the_points_permutes_the_clusters()
    {
        Gen.Select(Gen.Int[2, 600], Gen.Int[1, 6], Gen.Int[0, 1_000_000]).Sample((rows, columns, seed) =>
        {
            Matrix points = TestPoints.Uniform(rows, columns, seed);
            int[] order = [.. Enumerable.Range(0, rows)];
            new Random(seed).Shuffle(order);
            var options = new DbscanOptions { Epsilon = .2, MinimumPoints = 3 };
            DbscanResult result = Fit(points, options), permuted = Fit(TestPoints.Rows(points, order), options);
            Assert.Equal(Array.ConvertAll(order, row => result.Core[row]), permuted.Core);
            int[] expected = Array.ConvertAll(order, row => result.Partition.Labels[row]);
            Assert.Equal(expected.Select(label => label < 0), permuted.Partition.Labels.Select(label => label < 0));
            Assert.Equal(1, AdjustedRandIndex.Compute(expected, permuted.Partition.Labels));
        }, iter: 50);
    }

    [Fact]
    public void Well_separated_groups_are_found_with_the_defaults()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Blobs(3_000, 32, 7, 4, .6));
        int[] labels = Fit(points).Partition.Nearest;
        Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 3_000).Select(row => row % 7)], labels));
    }

    [Fact]
    public void Distant_points_are_noise_and_close_points_form_one_cluster()
    {
        Matrix points = TestPoints.Uniform(50, 3, 1);
        Partition noise = Fit(points, new() { Epsilon = 1e-3 }).Partition;
        Assert.Equal((0, 50), (noise.Clusters, noise.Noise));
        Assert.All(noise.Nearest, label => Assert.Equal(-1, label));
        Partition one = Fit(points, new() { Epsilon = 100 }).Partition;
        Assert.Equal((1, 0), (one.Clusters, one.Noise));
        Assert.Equal(50, Fit(points, new() { Epsilon = 100, MinimumPoints = 51 }).Partition.Noise);
    }

    [Fact]
    public void Duplicates_and_single_points_are_clustered()
    {
        Partition duplicates = Fit(new Matrix(600, 3)).Partition;
        Assert.Equal((1, 0), (duplicates.Clusters, duplicates.Noise));
        Assert.Equal(1, Fit(new Matrix(1, 3)).Partition.Noise);
        Matrix pairs = TestPoints.Rows(TestPoints.Uniform(2, 3, 1), [.. Enumerable.Range(0, 40).Select(row => row % 2)]);
        Assert.Equal(2, Fit(pairs, new() { Epsilon = .01 }).Partition.Clusters);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_bytes()
    {
        Matrix points = TestPoints.Blobs(5_000, 5, 9, 1, 1);
        DbscanResult[] results = [.. new[] { 1, 2, 7 }.Select(threads => Fit(points, new() { Threads = threads }))];
        foreach (DbscanResult result in results[1..])
        {
            Assert.Equal(results[0].Epsilon, result.Epsilon);
            Assert.Equal(results[0].Core, result.Core);
            Assert.Equal(results[0].Partition.Labels, result.Partition.Labels);
            Assert.Equal(results[0].Partition.Nearest, result.Partition.Nearest);
        }
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Matrix points = TestPoints.Uniform(10, 2, 1);
        DbscanOptions[] wrong =
        [
            new() { Epsilon = 0 },
            new() { Epsilon = double.NaN },
            new() { Epsilon = double.PositiveInfinity },
            new() { MinimumPoints = 0 },
            new() { CurvePoints = 1 },
            new() { Threads = 0 },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => Fit(points, options)));
        Assert.Throws<ArgumentException>(() => Fit(new Matrix(0, 2)));
        points.Row(7)[1] = float.PositiveInfinity;
        var error = Assert.Throws<ArgumentException>(() => Fit(points));
        Assert.Contains("Row 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_increases_to_1_and_cancellation_stops()
    {
        Matrix points = TestPoints.Uniform(2_000, 2, 1);
        var reports = new List<double>();
        Dbscan.Fit(points, null, reports.Add, TestContext.Current.CancellationToken);
        Assert.Equal(reports.Order(), reports);
        Assert.Equal(1, reports[^1]);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Dbscan.Fit(points, null, _ => source.Cancel(), source.Token));
    }

    private static Matrix Groups() => ReferencePoints.Groups(120, 3, 4, 7, 8, 1);

    private static int Components(int[][] neighbours, bool[] core)
    {
        bool[] seen = new bool[core.Length];
        int components = 0;
        for (int row = 0; row < core.Length; row++)
        {
            if (!core[row] || seen[row])
                continue;
            components++;
            var reached = new Stack<int>([row]);
            while (reached.TryPop(out int at))
            {
                if (seen[at] || !core[at])
                    continue;
                seen[at] = true;
                foreach (int near in neighbours[at])
                    reached.Push(near);
            }
        }

        return components;
    }

    private static DbscanResult Fit(Matrix points, DbscanOptions? options = null) =>
        Dbscan.Fit(points, options, null, TestContext.Current.CancellationToken);
}
