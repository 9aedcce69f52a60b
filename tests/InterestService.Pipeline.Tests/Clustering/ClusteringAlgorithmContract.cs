using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>What every registered algorithm holds, whatever it looks for. Each has a class that inherits this one.</summary>
public abstract class ClusteringAlgorithmContract(string name)
{
    private static readonly Matrix _blobs = TestPoints.Normalised(TestPoints.Blobs(240, 6, groups: 4, seed: 3, spread: .4));

    /// <summary>The name that it is registered by.</summary>
    public string Name => name;

    private AlgorithmDescriptor Algorithm => Algorithms.Named(name);

    [Fact]
    public void A_permutation_of_the_points_permutes_the_labels()
    {
        int[] order = [.. Enumerable.Range(0, _blobs.Rows)];
        new Random(5).Shuffle(order);
        int[] expected = Array.ConvertAll(order, row => Fit(_blobs, 4).Labels[row]);
        int[] permuted = Fit(TestPoints.Rows(_blobs, order), 4).Labels;
        Assert.Equal(expected.Select(label => label < 0), permuted.Select(label => label < 0));
        Assert.Equal(1, AdjustedRandIndex.Compute(expected, permuted));
    }

    [Fact]
    public void Duplicates_land_together()
    {
        int[] twice = [.. Enumerable.Range(0, _blobs.Rows), .. Enumerable.Range(0, _blobs.Rows)];
        var partition = Fit(TestPoints.Rows(_blobs, twice), 4);
        Assert.Equal(partition.Labels[.._blobs.Rows], partition.Labels[_blobs.Rows..]);
        Assert.Equal(partition.Nearest[.._blobs.Rows], partition.Nearest[_blobs.Rows..]);
    }

    [Fact]
    public void One_cluster_holds_every_point()
    {
        if (!Algorithm.TakesClusterCount) return; // they find their own
        var partition = Fit(_blobs, 1);
        Assert.Equal(1, partition.Clusters);
        Assert.All(partition.Labels, label => Assert.Equal(0, label));
    }

    [Fact]
    public void As_many_clusters_as_points_hold_one_each()
    {
        if (!Algorithm.TakesClusterCount) return;
        var few = TestPoints.Rows(_blobs, [.. Enumerable.Range(0, 20)]);
        Assert.Equal(Enumerable.Range(0, 20), Fit(few, 20).Labels.Order());
    }

    [Fact]
    public void Fewer_distinct_points_than_clusters_give_one_cluster_each()
    {
        if (!Algorithm.TakesClusterCount) return;
        var points = TestPoints.Rows(_blobs, [.. Enumerable.Range(0, 12).Select(row => row % 3)]);
        foreach (int clusters in (int[])[3, 5, 12, 100])
        {
            var partition = Fit(points, clusters);
            Assert.Equal(3, partition.Clusters);
            Assert.Equal(1, AdjustedRandIndex.Compute([.. Enumerable.Range(0, 12).Select(row => row % 3)], partition.Labels));
        }
    }

    [Fact]
    public void One_point_is_one_cluster() => Assert.Equal(1, Fit(TestPoints.Rows(_blobs, [0]), 3).Clusters);

    [Fact]
    public void There_is_a_cluster_even_where_all_points_are_the_same()
    {
        var partition = Fit(TestPoints.Rows(_blobs, [.. Enumerable.Repeat(7, 30)]), 1);
        Assert.Equal(1, partition.Clusters);
        Assert.All(partition.Nearest, cluster => Assert.Equal(0, cluster));
    }

    [Fact]
    public void Every_point_has_a_nearest_cluster_and_noise_no_label()
    {
        var partition = Fit(TestPoints.Normalised(TestPoints.Uniform(300, 4, seed: 9)), 5);
        Assert.All(partition.Nearest, cluster => Assert.InRange(cluster, 0, partition.Clusters - 1));
        for (int row = 0; row < partition.Labels.Length; row++)
            Assert.True(partition.Labels[row] == Partition.NoiseLabel || partition.Labels[row] == partition.Nearest[row]);
        if (Algorithm.TakesClusterCount) Assert.Equal(5, partition.Labels.Distinct().Count());
    }

    [Fact]
    public void It_stops_within_a_second_of_its_cancellation()
    {
        var points = TestPoints.Normalised(TestPoints.Uniform(12_000, 32, seed: 4));
        CancellationDelay.AssertAtMost(
            1, cancelAfterMilliseconds: 100, stop => Algorithm.Fit(new AlgorithmInput(points, 100, 1, 2, stop), OptionValues.None));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var points = TestPoints.Normalised(TestPoints.Blobs(2_000, 16, groups: 6, seed: 8, spread: 3));
        AlgorithmResult Run(int threads) => Algorithm.Fit(new AlgorithmInput(points, 6, 1, threads, TestContext.Current.CancellationToken), OptionValues.None);
        var (one, two) = (Run(1), Run(2));
        Assert.Equal(one.Partition.Labels, two.Partition.Labels);
        Assert.Equal(one.Partition.Nearest, two.Partition.Nearest);
        Assert.Equal(one.Partition.Strengths, two.Partition.Strengths);
        Assert.Equal(one.Tree?.Cut(6), two.Tree?.Cut(6));
    }

    private Partition Fit(Matrix points, int clusters) => Algorithm
        .Fit(new AlgorithmInput(points, clusters, 1, 2, TestContext.Current.CancellationToken), OptionValues.None).Partition;
}
