using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>Tests of the contract that every registered algorithm fulfils. Each algorithm has a class that inherits this one.</summary>
public abstract class ClusteringAlgorithmContract(string name)
{
    private static readonly Matrix _blobs = TestPoints.Normalised(TestPoints.Blobs(240, 6, groups: 4, seed: 3, spread: .4));

    /// <summary>Name under which the algorithm is registered.</summary>
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
    public void Duplicates_get_the_same_label()
    {
        int[] twice = [.. Enumerable.Range(0, _blobs.Rows), .. Enumerable.Range(0, _blobs.Rows)];
        var partition = Fit(TestPoints.Rows(_blobs, twice), 4);
        Assert.Equal(partition.Labels[.._blobs.Rows], partition.Labels[_blobs.Rows..]);
        Assert.Equal(partition.Nearest[.._blobs.Rows], partition.Nearest[_blobs.Rows..]);
    }

    [Fact]
    public void One_cluster_contains_every_point()
    {
        if (!Algorithm.TakesClusterCount) return; // the others determine their own number
        var partition = Fit(_blobs, 1);
        Assert.Equal(1, partition.Clusters);
        Assert.All(partition.Labels, label => Assert.Equal(0, label));
    }

    [Fact]
    public void As_many_clusters_as_points_contain_one_point_each()
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
    public void A_single_point_forms_one_cluster() => Assert.Equal(1, Fit(TestPoints.Rows(_blobs, [0]), 3).Clusters);

    [Fact]
    public void Identical_points_form_one_cluster()
    {
        var partition = Fit(TestPoints.Rows(_blobs, [.. Enumerable.Repeat(7, 30)]), 1);
        Assert.Equal(1, partition.Clusters);
        Assert.All(partition.Nearest, cluster => Assert.Equal(0, cluster));
    }

    [Fact]
    public void Every_point_has_a_nearest_cluster_and_noise_has_no_label()
    {
        var partition = Fit(TestPoints.Normalised(TestPoints.Uniform(300, 4, seed: 9)), 5);
        Assert.All(partition.Nearest, cluster => Assert.InRange(cluster, 0, partition.Clusters - 1));
        for (int row = 0; row < partition.Labels.Length; row++)
            Assert.True(partition.Labels[row] == Partition.NoiseLabel || partition.Labels[row] == partition.Nearest[row]);
        if (Algorithm.TakesClusterCount) Assert.Equal(5, partition.Labels.Distinct().Count());
    }

    [Fact]
    public void Clustering_stops_within_a_second_of_its_cancellation()
    {
        var points = TestPoints.Normalised(TestPoints.Uniform(12_000, 32, seed: 4));
        CancellationDelay.AssertAtMost(
            1, cancelAfterMilliseconds: 100, stop => Algorithm.Fit(new AlgorithmInput(points, 100, 1, 2, stop), OptionValues.None));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_result()
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
