using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class ContinuedKMeansTests
{
    /// <summary>Points without structure, for which every start gives another result.</summary>
    private static readonly Matrix _points = TestPoints.Normalised(TestPoints.Uniform(1500, 12, seed: 3));

    [Fact]
    public void Clustering_the_same_points_again_keeps_the_labels()
    {
        int[] first = Fit(_points, 8, seed: 1, null);
        Assert.Equal(first, Fit(_points, 8, seed: 2, first));
        Assert.InRange(AdjustedRandIndex.Compute(first, Fit(_points, 8, seed: 2, null)), 0, .8);
    }

    [Fact]
    public void New_points_move_few_others()
    {
        int[] first = Fit(_points, 8, seed: 1, null);
        var more = TestPoints.Normalised(TestPoints.Uniform(1530, 12, seed: 3)); // the same points and thirty more
        int[] again = Fit(more, 8, seed: 2, [.. first, .. Enumerable.Repeat(-1, 30)]);
        Assert.InRange(first.Zip(again).Count(pair => pair.First == pair.Second), .97 * first.Length, first.Length);
        Assert.All(again, label => Assert.InRange(label, 0, 7));
    }

    [Fact]
    public void Points_that_moved_to_another_group_are_reassigned()
    {
        var blobs = TestPoints.Normalised(TestPoints.Blobs(300, 8, groups: 3, seed: 5, spread: .5));
        int[] truth = [.. Enumerable.Range(0, 300).Select(row => row % 3)];
        int[] stale = [.. truth.Select((group, row) => row < 30 ? (group + 1) % 3 : group)];
        Assert.Equal(truth, Fit(blobs, 3, seed: 2, stale));
    }

    [Fact]
    public void An_uninformative_previous_clustering_is_ignored()
    {
        var blobs = TestPoints.Normalised(TestPoints.Blobs(400, 8, groups: 4, seed: 6, spread: .5));
        int[] fresh = Fit(blobs, 4, seed: 2, null);
        // Coinciding means; three clusters of one point each; fewer clusters than requested; labels beyond the number of clusters.
        int[] blocks = [.. Enumerable.Range(0, 400).Select(row => row / 100)];
        int[] lopsided = [.. Enumerable.Range(0, 400).Select(row => row < 16 && row % 4 == 0 ? (row / 4) % 4 : 0)];
        int[] fewer = [.. Enumerable.Range(0, 400).Select(row => row % 3)];
        int[] beyond = [.. Enumerable.Range(0, 400).Select(row => row % 4 * 2)];
        foreach (int[] previous in new[] { blocks, lopsided, fewer, beyond })
            Assert.Equal(1, AdjustedRandIndex.Compute(fresh, Fit(blobs, 4, seed: 2, previous)));
    }

    private static int[] Fit(Matrix points, int clusters, int seed, int[]? previous) => Algorithms
        .Named("kmeans").Fit(new AlgorithmInput(points, clusters, seed, 1, TestContext.Current.CancellationToken, previous), OptionValues.None)
        .Partition.Labels;
}
