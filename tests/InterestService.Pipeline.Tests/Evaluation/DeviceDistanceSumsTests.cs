using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using InterestService.Pipeline.Tests.Clustering;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Evaluation;

/// <summary>The silhouettes of a GPU, on libtorch's CPU.</summary>
public sealed class DeviceDistanceSumsTests
{
    private const long Ample = 1 << 30;

    /// <summary>Tiles of 122 rows.</summary>
    private const long Little = 240_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000, 5, 4, 1, Ample)]
    [InlineData(1_000, 5, 4, 3, Little)]
    [InlineData(700, 33, 9, 1, Little)]
    [InlineData(6, 2, 3, 1, Ample)]
    public void The_silhouettes_are_those_of_the_CPU(int rows, int columns, int groups, int step, long memory)
    {
        Matrix points = TestPoints.Blobs(rows, columns, groups, seed: 21, spread: 3);
        for (int row = 0; row < rows; row++) points.Row(row)[0] += 500;
        AssertSame(points, [.. Enumerable.Range(0, rows).Select(row => row % (groups + 1))], step, memory);
    }

    [Fact]
    public void Points_with_copies_have_no_distance_to_them()
    {
        Matrix distinct = TestPoints.Uniform(8, 5, seed: 22);
        Matrix points = TestPoints.Rows(distinct, [.. Enumerable.Range(0, 400).Select(row => row % 8)]);
        AssertSame(points, [.. Enumerable.Range(0, 400).Select(row => row % 8)], 1, Ample);
    }

    [Fact]
    public void Nothing_remains_on_the_device()
    {
        long before = LiveTensors;
        int[][] clusters = Clusters([.. Enumerable.Range(0, 300).Select(row => row % 3)]);
        SilhouetteWidths.Compute(TestPoints.Uniform(300, 4, 23), clusters, clusters, new ComputeDevice(torch.CPU, Little), 1, Cancellation);
        Assert.Equal(before, LiveTensors);
    }

    /// <summary>Tensors that this thread has created and not disposed.</summary>
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <param name="labels">Cluster of each point.</param>
    /// <param name="step">One of as many points of a cluster is in the sample.</param>
    private static void AssertSame(Matrix points, int[] labels, int step, long memory)
    {
        int[][] clusters = Clusters(labels);
        int[][] sample = Array.ConvertAll(clusters, rows => rows.Where((_, place) => place % step == 0).ToArray());
        double[][] expected = SilhouetteWidths.Compute(points, clusters, sample, device: null, 2, Cancellation);
        double[][] found = SilhouetteWidths.Compute(points, clusters, sample, new ComputeDevice(torch.CPU, memory), 1, Cancellation);
        Assert.Equal(expected.Length, found.Length);
        foreach (var (ours, theirs) in expected.Zip(found))
        {
            Assert.Equal(ours.Length, theirs.Length);
            Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        }
    }

    private static int[][] Clusters(int[] labels) =>
        [.. labels.Index().GroupBy(label => label.Item, label => label.Index).OrderBy(group => group.Key).Select(group => group.ToArray())];
}
