using System.CommandLine;
using InterestService.Benchmarks.Harness;
using InterestService.Harness;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using Spectre.Console;

namespace InterestService.Benchmarks.Clustering;

/// <summary>Measures K-means against scikit-learn's Lloyd and Elkan, from the same start to the same inertia.</summary>
internal static class KMeansCommand
{
    /// <summary>Maximum memory, including the points, relative to that of the points.</summary>
    private const double MaxMemory = 1.5;

    /// <summary>
    /// Maximum relative difference of the inertias. From one start, the order in which sums are rounded leads to other local optima:
    /// scikit-learn's Lloyd and Elkan, which are the same algorithm, differ by .0004.
    /// </summary>
    private const double InertiaTolerance = 1e-3;

    public static Command Create()
    {
        var rows = Commands.CreateOption("--rows", "Number of points.", 200_000);
        var columns = Commands.CreateOption("--columns", "Number of dimensions.", 64);
        var clusters = Commands.CreateOption("--clusters", "Number of clusters.", 64);
        var peer = Commands.CreateOption("--peer", "Algorithm of scikit-learn: lloyd or elkan.", "lloyd");
        var iterations = Commands.CreateOption("--iterations", "Maximum number of iterations.", 300);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var device = DeviceOption.Create("Where our side runs: cpu against scikit-learn, or cuda against our own kernel on the CPU.");
        var command = new Command("kmeans", "Measure K-means against scikit-learn: time, inertia and memory.") { rows, columns, clusters, peer, iterations, pairs, device };
        command.SetAction(parsed => (parsed.GetValue(device), DeviceOption.IsThere(parsed.GetValue(device)!)) switch
        {
            (_, false) => 1,
            ("cuda", _) => DeviceKMeans.Run(
                parsed.GetValue(rows), parsed.GetValue(columns), parsed.GetValue(clusters), parsed.GetValue(iterations), parsed.GetValue(pairs)),
            _ => Run(
                parsed.GetValue(rows), parsed.GetValue(columns), parsed.GetValue(clusters), parsed.GetValue(peer)!, parsed.GetValue(iterations),
                parsed.GetValue(pairs)),
        });
        return command;
    }

    private static int Run(int rows, int columns, int clusters, string peer, int iterations, int pairs)
    {
        using var blobs = new Blobs(rows, columns, clusters, spread: .25);
        using var theirs = Peer.Start("kmeans.py", blobs.PointsFile, columns, clusters, peer, iterations);
        var start = new Matrix(clusters, columns, blobs.Points.Values[..(clusters * columns)]); // the first points, as in the script
        var options = new KMeansOptions { Clusters = clusters, InitialCentroids = start, Spherical = false, MaxIterations = iterations };
        var duel = new Duel($"K-means, {rows:N0} x {columns}, k = {clusters}", "ours", $"scikit-learn ({peer})", .5) { Pairs = pairs, QualityTolerance = InertiaTolerance, LowerIsBetter = true };
        int status = duel.Run(() => Duel.Time(() => KMeansClustering.Fit(blobs.Points, options).Inertia), theirs.Run);
        return Math.Max(status, MeasureMemory(blobs.Points, options));
    }

    /// <returns>The exit status: 0 if the goal is met.</returns>
    private static int MeasureMemory(Matrix points, KMeansOptions options)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.Current.ResetPeak();
        long before = ProcessMemory.Current.Resident, data = (long)points.Values.Length * sizeof(float);
        KMeansClustering.Fit(points, options);
        double ratio = (double)(data + ProcessMemory.Current.Peak - before) / data;
        AnsiConsole.MarkupLineInterpolated($"Memory including the points, relative to the points: {ratio:F2} (goal: under {MaxMemory}).");
        return ratio < MaxMemory ? 0 : 1;
    }
}
