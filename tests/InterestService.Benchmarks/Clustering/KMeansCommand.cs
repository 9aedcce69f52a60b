using System.CommandLine;
using InterestService.Benchmarks.Harness;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using Spectre.Console;

namespace InterestService.Benchmarks.Clustering;

/// <summary>K-means from the same start to the same inertia, beside scikit-learn's Lloyd and Elkan.</summary>
internal static class KMeansCommand
{
    /// <summary>Most memory, the points included, in parts of the points'.</summary>
    private const double MaxMemory = 1.5;

    public static Command Create()
    {
        var rows = Options.Of("--rows", "Points.", 200_000);
        var columns = Options.Of("--columns", "Length of a point.", 64);
        var clusters = Options.Of("--clusters", "Clusters.", 64);
        var peer = Options.Of("--peer", "lloyd or elkan: scikit-learn's algorithm.", "lloyd");
        var iterations = Options.Of("--iterations", "Most updates of the centroids.", 300);
        var pairs = Options.Of("--pairs", "Runs of each side.", 5);
        var command = new Command("kmeans", "K-means beside scikit-learn's.") { rows, columns, clusters, peer, iterations, pairs };
        command.SetAction(parsed => Run(
            parsed.GetValue(rows), parsed.GetValue(columns), parsed.GetValue(clusters), parsed.GetValue(peer)!, parsed.GetValue(iterations),
            parsed.GetValue(pairs)));
        return command;
    }

    private static int Run(int rows, int columns, int clusters, string peer, int iterations, int pairs)
    {
        using var blobs = new Blobs(rows, columns, clusters, spread: .25);
        using var theirs = Peer.Start("kmeans.py", blobs.PointsFile, columns, clusters, peer, iterations);
        var start = new Matrix(clusters, columns, blobs.Points.Values[..(clusters * columns)]); // the first points, as the script does
        var options = new KMeansOptions { Clusters = clusters, InitialCentroids = start, Spherical = false, MaxIterations = iterations };
        var duel = new Duel($"K-means, {rows:N0} x {columns}, k = {clusters}", "ours", $"scikit-learn ({peer})", .5) { Pairs = pairs, QualityTolerance = 1e-4, LowerIsBetter = true };
        int status = duel.Run(() => Duel.Time(() => KMeansClustering.Fit(blobs.Points, options).Inertia), theirs.Run);
        return Math.Max(status, MeasureMemory(blobs.Points, options));
    }

    /// <returns>The exit status: 0 when the goal is met.</returns>
    private static int MeasureMemory(Matrix points, KMeansOptions options)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.OfThis.ForgetPeak();
        long before = ProcessMemory.OfThis.Resident, data = (long)points.Values.Length * sizeof(float);
        KMeansClustering.Fit(points, options);
        double times = (double)(data + ProcessMemory.OfThis.Peak - before) / data;
        AnsiConsole.MarkupLineInterpolated($"Memory with the points, of the points': {times:F2} (goal: under {MaxMemory}).");
        return times < MaxMemory ? 0 : 1;
    }
}
