using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>The assignment of a GPU, on libtorch's CPU.</summary>
public sealed class DeviceAssignmentTests
{
    private const long Ample = 1 << 30;

    /// <summary>So little that the points stay in the memory of the process and go to the device tile by tile.</summary>
    private const long Little = 60_000;

    [Theory]
    [InlineData(3_000, 7, 5, false, Ample)]
    [InlineData(3_000, 7, 5, true, Little)]
    [InlineData(1_025, 64, 33, true, Ample)]
    [InlineData(5_000, 3, 12, false, Little)]
    [InlineData(40, 2, 40, false, Ample)]
    public void The_clusters_are_those_of_the_CPU(int rows, int columns, int clusters, bool spherical, long memory)
    {
        Matrix points = TestPoints.Blobs(rows, columns, clusters, seed: 5, spread: .4);
        if (spherical) points = TestPoints.Normalised(points);
        var options = new KMeansOptions { Clusters = clusters, Spherical = spherical };
        KMeansResult expected = Fit(points, options), found = Fit(points, options, memory);
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Iterations, found.Iterations);
        Assert.Equal(expected.Inertia, found.Inertia, 1e-5 * expected.Inertia + 1e-9);
        Assert.All(expected.Centroids.Values.Zip(found.Centroids.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData(Ample)]
    [InlineData(Little)]
    public void Points_without_groups_end_at_the_inertia_of_the_CPU(long memory)
    {
        Matrix points = TestPoints.Uniform(4_000, 10, seed: 3);
        var options = new KMeansOptions { Clusters = 20, Spherical = false, MaxIterations = 12 };
        KMeansResult expected = Fit(points, options), found = Fit(points, options, memory);
        Assert.Equal(expected.Inertia, found.Inertia, 1e-5 * expected.Inertia);
        Assert.InRange(expected.Labels.Zip(found.Labels).Count(pair => pair.First != pair.Second), 0, points.Rows / 1000);
        for (int i = 1; i < found.InertiaHistory.Length; i++) Assert.True(found.InertiaHistory[i] <= found.InertiaHistory[i - 1]);
    }

    [Theory]
    [InlineData(Ample)]
    [InlineData(Little)]
    public void The_same_points_give_the_same_bytes(long memory)
    {
        Matrix points = TestPoints.Uniform(4_000, 10, seed: 4);
        var options = new KMeansOptions { Clusters = 16, Spherical = false };
        KMeansResult one = Fit(points, options, memory), other = Fit(points, options, memory);
        Assert.Equal(one.Centroids.Values, other.Centroids.Values);
        Assert.Equal(one.Labels, other.Labels);
        Assert.Equal(one.InertiaHistory, other.InertiaHistory);
    }

    [Fact]
    public void Clusters_without_points_move_to_the_points_that_are_farthest()
    {
        Matrix points = TestPoints.Blobs(1_000, 4, 8, 1, .01);
        var far = new Matrix(8, 4);
        Array.Fill(far.Values, 500);
        var options = new KMeansOptions { Clusters = 8, Spherical = false };
        KMeansResult expected = Fit(points, options, null, far), found = Fit(points, options, Ample, far);
        Assert.Equal((7, 7), (expected.Reseeded, found.Reseeded));
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Inertia, found.Inertia, 1e-5 * expected.Inertia);
    }

    [Fact]
    public void The_nearest_centroid_is_that_of_the_CPU_and_the_first_of_equally_near_ones()
    {
        Matrix points = TestPoints.Uniform(1_500, 13, 1), centroids = TestPoints.Uniform(37, 13, 2);
        Assert.Equal(Run.Assign(points, centroids).Labels, Nearest(points, centroids));
        Assert.Equal([1], Nearest(new Matrix(1, 2, [1, 0]), new Matrix(4, 2, [9, 9, 1, 0, 0, 1, 1, 0])));
    }

    [Fact]
    public void A_cancelled_fit_stops()
    {
        using var stop = new CancellationTokenSource();
        var points = new TrainingPoints(TestPoints.Uniform(500, 4, 1), spherical: false, new RowChunks(500, 1, CancellationToken.None));
        using var assignment = new DeviceAssignment(points, 3, new ComputeDevice(torch.CPU, Ample), stop.Token);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => assignment.Assign(TestPoints.Uniform(3, 4, 2)));
    }

    [Fact]
    public void Nothing_remains_on_the_device()
    {
        long before = LiveTensors;
        var points = new TrainingPoints(TestPoints.Uniform(500, 4, 1), spherical: false, new RowChunks(500, 1, CancellationToken.None));
        long during;
        using (var assignment = new DeviceAssignment(points, 3, new ComputeDevice(torch.CPU, Ample), CancellationToken.None))
        {
            assignment.Assign(TestPoints.Uniform(3, 4, 2));
            during = LiveTensors;
        }

        Assert.Equal((4, 0), (during - before, LiveTensors - before));
    }

    /// <summary>Tensors that this thread has created and not disposed.</summary>
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static int[] Nearest(Matrix points, Matrix centroids)
    {
        var prepared = new TrainingPoints(points, spherical: true, new RowChunks(points.Rows, 1, CancellationToken.None));
        using var assignment = new DeviceAssignment(prepared, centroids.Rows, new ComputeDevice(torch.CPU, Ample), CancellationToken.None);
        Assert.Equal(points.Rows, assignment.Assign(centroids));
        return assignment.Labels();
    }

    /// <summary>Runs the iterations from the first points, or from centroids; on the CPU's own kernel without a memory.</summary>
    private static KMeansResult Fit(Matrix points, KMeansOptions options, long? memory = null, Matrix? start = null)
    {
        using var threads = new TorchThreads(1);
        var training = new TrainingPoints(points, options.Spherical, new RowChunks(points.Rows, 2, CancellationToken.None));
        start ??= training.Matrix.SelectRows([.. Enumerable.Range(0, options.Clusters)]);
        using IAssignment assignment = memory is { } bytes
            ? new DeviceAssignment(training, options.Clusters, new ComputeDevice(torch.CPU, bytes), CancellationToken.None)
            : new BoundedAssignment(training, options.Clusters);
        return new Lloyd(training, start.SelectRows([.. Enumerable.Range(0, start.Rows)]), options).Run(assignment, (_, _) => { });
    }
}
