using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using InterestService.Pipeline.Numerics.Neighbours;
using InterestService.Pipeline.Tests.Clustering;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Numerics.Neighbours;

/// <summary>The neighbours that a GPU finds, on libtorch's CPU.</summary>
public sealed class DeviceNeighboursTests
{
    private const long Ample = 1 << 30;

    /// <summary>Tiles of 122 rows.</summary>
    private const long Little = 240_000;

    /// <summary>Tensors that this thread has created and not disposed.</summary>
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_500, 12, 15, 0, Ample)]
    [InlineData(1_500, 12, 15, 0, Little)]
    [InlineData(400, 3, 5, 4, Little)]
    [InlineData(9, 2, 8, 0, Ample)]
    public void The_lists_are_those_of_the_CPU(int rows, int columns, int k, int grid, long memory)
    {
        Matrix points = TestPoints.Uniform(rows, columns, seed: 11, grid);
        for (int row = 0; row < rows; row++) points.Row(row)[0] += 100; // far from the origin, where products alone would lose digits
        int[][] found = DeviceNeighbours.Find(points, points, k, new ComputeDevice(torch.CPU, memory), 2, Cancellation);
        foreach (int[] list in found) Array.Sort(list);
        Assert.Equal(NeighbourLists.Find(points, k, "cpu", 2, Cancellation), found);
    }

    [Fact]
    public void The_nearest_of_a_sample_is_that_of_the_CPU()
    {
        Matrix points = TestPoints.Uniform(1_000, 6, seed: 12);
        int[] sample = new Random(1).SampleAscending(points.Rows, 300);
        var chunks = new RowChunks(points.Rows, 2, Cancellation, RowChunks.PairwiseMinimum);
        var (nearest, _) = NearestRows.Find(
            new DistancePanels(points, SpatialOrder.Compute(points, sample)), [.. Enumerable.Range(0, points.Rows)], chunks, new StageProgress(null, 0, 1, chunks.Count));
        int[][] found = DeviceNeighbours.Find(points, points.SelectRows(sample), 1, new ComputeDevice(torch.CPU, Little), 2, Cancellation);
        Assert.Equal(nearest, found.Select(list => sample[list[0]]));
    }

    [Fact]
    public void Nothing_remains_on_the_device()
    {
        long before = LiveTensors;
        Matrix points = TestPoints.Uniform(500, 6, seed: 13);
        DeviceNeighbours.Find(points, points, 3, new ComputeDevice(torch.CPU, Little), 1, Cancellation);
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        Matrix points = TestPoints.Uniform(500, 6, seed: 14);
        Assert.Throws<OperationCanceledException>(
            () => DeviceNeighbours.Find(points, points, 3, new ComputeDevice(torch.CPU, Little), 1, new CancellationToken(canceled: true)));
    }
}
