using CsCheck;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Density;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class HdbscanTests() : ClusteringAlgorithmContract("hdbscan")
{
    // The labels match R's dbscan 1.1-11 (minPts = 5); strengths, scores and persistences match a script over scipy's trees.
    private const string FourGroups =
        "0123012.0120012.012301220123012.012301210123012.0123012.0123012.012301210123012.012301200123012.01230122012301210123012.";

    private const string ThreeGroups =
        "01002.0..02.0100.00..01.0..0..01.0..02001002.0..03.03.00.0..01.0..0..0200100100..01.00001.00.0.0.1.03.00003.01001.0000.0.2001.03"
        + ".00.01.0.00.00.001.03.";

    private const string ThreeGroupsLeaves =
        "012.3.....3.2122..0..01.0..0..01.2..03.21223.0..04.04.0......1.0.....23..1..12....1.2..21....2...1..4.....4..1..1.2......3201..4"
        + "....01.2.20..0..01.24.";

    [Fact]
    public void Labels_strengths_and_scores_match_other_implementations()
    {
        AssertMatches(
            Fit(Groups(), new() { MinimumClusterSize = 5, MinimumPoints = 5 }),
            FourGroups,
            80.30541392058936,
            [.7954566, .6373557, 1, .4737339, .8441947, .5216931],
            38.67633829704886,
            [.5770352, .5009423, .4759406, .3650334]);
        Matrix points = ReferencePoints.Groups(150, 2, 3, 12, 0, 1.5);
        AssertMatches(
            Fit(points, new() { MinimumClusterSize = 6, MinimumPoints = 4 }),
            ThreeGroups,
            88.51041353725488,
            [1, .6968831, 1, .7336747, 1, 0],
            60.09615067760195,
            [.3159276, .303415, .4779191, .0668176]);
        AssertMatches(
            Fit(points, new() { MinimumClusterSize = 6, MinimumPoints = 4, Selection = ClusterSelection.Leaf }),
            ThreeGroupsLeaves,
            57.85809800621526,
            [1, .6968831, 1, 0, 1, 0],
            60.09615067760195,
            [.1446789, .303415, .0557395, .4779191, .0668176]);
        AssertMatches(
            Fit(points, new() { MinimumClusterSize = 6, MinimumPoints = 4, AllowSingleCluster = true }),
            new string('0', 150),
            140.17118555340477,
            [1, 1, 1, 1, 1, .6154672],
            60.09615067760195,
            [.9344746]);
    }

    [Fact]
    public void Only_its_partition_has_strengths_and_persistences()
    {
        Matrix points = Groups();
        AlgorithmResult Run(string algorithm) =>
            Algorithms.Named(algorithm).Fit(new AlgorithmInput(points, 4, 1, 1, TestContext.Current.CancellationToken), OptionValues.None);
        // The defaults for 120 points are those of the first reference above.
        Partition partition = Run("hdbscan").Partition;
        Assert.Equal(ReferencePoints.Labels(FourGroups), partition.Labels);
        Assert.Equal(80.30541392058936, partition.Strengths!.Sum(strength => (double)strength), 1e-4);
        float[] persistences = [.5770352f, .5009423f, .4759406f, .3650334f];
        Assert.All(persistences.Zip(partition.Persistences!), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Null(Run("agglomerative").Partition.Strengths);
        Assert.Null(Run("dbscan").Partition.Persistences);
    }

    [Fact]
    public void A_permutation_of_the_points_permutes_the_clusters_even_with_ties()
    {
        Gen.Select(Gen.Int[2, 300], Gen.Int[1, 4], Gen.Int[0, 6], Gen.Int[2, 9], Gen.Int[1, 6], Gen.Bool, Gen.Int[0, 1_000_000])
            .Sample((rows, columns, grid, size, samples, leaf, seed) =>
            {
                Matrix points = TestPoints.Uniform(rows, columns, seed, grid);
                int[] order = [.. Enumerable.Range(0, rows)];
                new Random(seed).Shuffle(order);
                HdbscanOptions options = new()
                {
                    MinimumClusterSize = size,
                    MinimumPoints = samples,
                    Selection = leaf ? ClusterSelection.Leaf : ClusterSelection.ExcessOfMass,
                };
                HdbscanResult result = Fit(points, options), permuted = Fit(TestPoints.Rows(points, order), options);
                int[] expected = Array.ConvertAll(order, row => result.Partition.Labels[row]);
                Assert.Equal(expected.Select(label => label < 0), permuted.Partition.Labels.Select(label => label < 0));
                Assert.Equal(1, AdjustedRandIndex.Compute(expected, permuted.Partition.Labels));
                Assert.Equal(Array.ConvertAll(order, row => result.Strengths[row]), permuted.Strengths);
                Assert.Equal(Array.ConvertAll(order, row => result.OutlierScores[row]), permuted.OutlierScores);
            }, iter: 60);
    }

    [Fact]
    public void Clusters_have_the_minimum_size_and_values_stay_in_their_ranges()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 6], Gen.Int[0, 4], Gen.Int[2, 20], Gen.Int[1, 20], Gen.Bool, Gen.Int[0, 1_000_000])
            .Sample((rows, columns, grid, size, samples, single, seed) =>
            {
                Matrix points = TestPoints.Uniform(rows, columns, seed, grid);
                HdbscanResult result = Fit(
                    points, new() { MinimumClusterSize = size, MinimumPoints = samples, AllowSingleCluster = single });
                Partition partition = result.Partition;
                Assert.All(
                    partition.Labels.Where(label => label >= 0).CountBy(label => label), cluster => Assert.True(cluster.Value >= size));
                Assert.Equal(partition.Labels.Max() + 1, partition.Clusters);
                Assert.Equal(partition.Clusters, result.Persistences.Length);
                Assert.All(result.Persistences, persistence => Assert.InRange(persistence, 0, 1));
                Assert.All(result.OutlierScores, score => Assert.InRange(score, 0, 1));
                for (int row = 0; row < rows; row++)
                {
                    Assert.InRange(result.Strengths[row], partition.Labels[row] < 0 ? 0 : 1e-9f, partition.Labels[row] < 0 ? 0 : 1);
                    Assert.Equal(partition.Clusters == 0, partition.Nearest[row] < 0);
                    double Distance(int other) => TestPoints.SquaredDistance(points.Row(row), points.Row(other));
                    IEnumerable<int> members = Enumerable.Range(0, rows).Where(other => partition.Labels[other] >= 0);
                    if (partition.Clusters > 0)
                    {
                        double own = members.Where(other => partition.Labels[other] == partition.Nearest[row]).Min(Distance);
                        Assert.Equal(members.Min(Distance), own, 1e-6);
                    }
                }
            });
    }

    [Fact]
    public void Well_separated_groups_of_different_density_are_found_with_the_defaults()
    {
        Matrix points = TestPoints.Blobs(2_000, 16, 5, 3, .3), wide = TestPoints.Blobs(2_000, 16, 5, 3, 1.5);
        for (int row = 0; row < 2_000; row += 5)
            wide.Row(row).CopyTo(points.Row(row));
        HdbscanResult result = Fit(points);
        Assert.Equal((20, 10, 5), (result.MinimumClusterSize, result.MinimumPoints, result.Partition.Clusters));
        Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 2_000).Select(row => row % 5)], result.Partition.Nearest));
    }

    [Fact]
    public void Fewer_points_than_the_minimum_size_are_all_noise()
    {
        foreach (int rows in new[] { 1, 2, 4 })
        {
            HdbscanResult result = Fit(TestPoints.Uniform(rows, 3, 1), new() { MinimumClusterSize = 5, AllowSingleCluster = true });
            Assert.Equal((0, rows), (result.Partition.Clusters, result.Partition.Noise));
            Assert.All(result.Partition.Nearest, label => Assert.Equal(-1, label));
            Assert.All(result.OutlierScores, score => Assert.Equal(0, score));
        }
    }

    [Fact]
    public void Points_without_structure_are_noise_unless_one_cluster_is_allowed()
    {
        var line = new Matrix(40, 1, [.. Enumerable.Range(0, 40)]);
        Assert.Equal(40, Fit(line).Partition.Noise);
        Partition one = Fit(line, new() { AllowSingleCluster = true }).Partition;
        Assert.Equal((1, 0), (one.Clusters, one.Noise));
        Partition same = Fit(new Matrix(40, 3), new() { AllowSingleCluster = true }).Partition;
        Assert.Equal((1, 0), (same.Clusters, same.Noise));
    }

    [Fact]
    public void Duplicates_are_clusters_of_full_strength()
    {
        Matrix points = TestPoints.Rows(TestPoints.Uniform(3, 4, 1), [.. Enumerable.Range(0, 60).Select(row => row % 3)]);
        HdbscanResult result = Fit(points, new() { MinimumClusterSize = 10 });
        Assert.Equal(Enumerable.Range(0, 60).Select(row => row % 3), result.Partition.Labels);
        Assert.All(result.Strengths, strength => Assert.Equal(1, strength));
        Assert.All(result.Persistences, persistence => Assert.InRange(persistence, .99f, 1));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_bytes()
    {
        Matrix points = TestPoints.Blobs(3_000, 5, 9, 1, 1);
        HdbscanResult[] results = [.. new[] { 1, 2, 7 }.Select(threads => Fit(points, new() { Threads = threads }))];
        foreach (HdbscanResult result in results[1..])
        {
            Assert.Equal(results[0].Partition.Labels, result.Partition.Labels);
            Assert.Equal(results[0].Partition.Nearest, result.Partition.Nearest);
            Assert.Equal(results[0].Strengths, result.Strengths);
            Assert.Equal(results[0].OutlierScores, result.OutlierScores);
            Assert.Equal(results[0].Persistences, result.Persistences);
        }
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Matrix points = TestPoints.Uniform(10, 2, 1);
        HdbscanOptions[] wrong = [new() { MinimumClusterSize = 1 }, new() { MinimumPoints = 0 }, new() { Threads = 0 }];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => Fit(points, options)));
        Assert.Throws<ArgumentException>(() => Fit(new Matrix(0, 2)));
        points.Row(7)[1] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => Fit(points));
        Assert.Contains("Row 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_increases_to_1_and_cancellation_stops()
    {
        Matrix points = TestPoints.Uniform(1_000, 2, 1);
        var reports = new List<double>();
        Hdbscan.Fit(points, null, reports.Add, TestContext.Current.CancellationToken);
        Assert.Equal(reports.Order(), reports);
        Assert.Equal(1, reports[^1]);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Hdbscan.Fit(points, null, _ => source.Cancel(), source.Token));
    }

    private static Matrix Groups() => ReferencePoints.Groups(120, 3, 4, 7, 8, 1);

    private static void AssertMatches(
        HdbscanResult result, string labels, double strengths, double[] firstStrengths, double scores, double[] persistences)
    {
        int[] expected = ReferencePoints.Labels(labels);
        Assert.Equal(expected, result.Partition.Labels);
        Assert.Equal(strengths, result.Strengths.Sum(strength => (double)strength), 1e-4);
        Assert.All(firstStrengths.Zip(result.Strengths), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(scores, result.OutlierScores.Sum(score => (double)score), 1e-4);
        Assert.Equal(persistences.Length, result.Persistences.Length);
        Assert.All(persistences.Zip(result.Persistences), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static HdbscanResult Fit(Matrix points, HdbscanOptions? options = null) =>
        Hdbscan.Fit(points, options, null, TestContext.Current.CancellationToken);
}
