using System.Diagnostics;
using InterestService.Benchmarks.Harness;
using InterestService.Harness;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using Spectre.Console;

namespace InterestService.Benchmarks.Clustering;

/// <summary>Measures the iterations of K-means on a GPU that already holds the points, and compares their inertia with that of the CPU.</summary>
internal static class DeviceKMeans
{
    /// <summary>Goal for the products of 1,000,000 points of 64 dimensions with 256 centroids, 25 times.</summary>
    private const double GoalSeconds = .05;
    private const double GoalProducts = 1_000_000.0 * 64 * 256 * 25;

    private const double InertiaTolerance = 1e-5;

    /// <returns>The exit status: 0 if the goal is met and the inertias agree.</returns>
    public static int Run(int rows, int columns, int clusters, int iterations, int pairs)
    {
        using var blobs = new Blobs(rows, columns, clusters, spread: .25);
        var points = new TrainingPoints(blobs.Points, spherical: false, new RowChunks(rows, Environment.ProcessorCount, CancellationToken.None));
        var options = new KMeansOptions { Clusters = clusters, Spherical = false, MaxIterations = iterations, Tolerance = 0 };
        var device = ComputeDevice.For("cuda", double.PositiveInfinity)!;
        var onCpu = Measure(new BoundedAssignment(points, clusters));
        var onDevice = Enumerable.Range(0, 1 + pairs).Select(_ => Measure(new DeviceAssignment(points, clusters, device, CancellationToken.None))).Skip(1).ToList();
        double seconds = Duel.Median(onDevice.Select(measured => measured.Seconds));
        double goal = GoalSeconds * ((double)rows * columns * clusters * iterations / GoalProducts);
        double difference = Math.Abs(onDevice[^1].Quality!.Value - onCpu.Quality!.Value) / onCpu.Quality.Value;
        AnsiConsole.MarkupLineInterpolated(
            $"K-means, {rows:N0} x {columns}, k = {clusters}, {iterations} iterations: {(seconds * 1000).ToText("F1")} ms on the GPU (goal: {(goal * 1000).ToText("F1")}), {(onCpu.Seconds * 1000).ToText("F0")} ms on the CPU; inertias differ by {difference.ToText("0.0e0")}.");
        return seconds <= goal && difference <= InertiaTolerance ? 0 : 1;

        Measurement Measure(IAssignment assignment)
        {
            using (assignment)
            {
                var start = points.Matrix.SelectRows([.. Enumerable.Range(0, clusters)]);
                var watch = Stopwatch.StartNew();
                double inertia = new Lloyd(points, start, options).Run(assignment, (_, _) => { }).Inertia;
                return new Measurement(watch.Elapsed.TotalSeconds, inertia);
            }
        }
    }
}
