using System.CommandLine;
using InterestService.Benchmarks.Harness;
using InterestService.Harness;
using InterestService.Pipeline.Clustering.Density;
using InterestService.Pipeline.Clustering.Hierarchical;
using InterestService.Pipeline.Evaluation.Separation;

namespace InterestService.Benchmarks.Clustering;

/// <summary>Measures the silhouette and the algorithms with quadratic cost against other implementations.</summary>
internal static class AlgorithmCommands
{
    /// <summary>Standard deviation of the centres with which about nine of ten points belong to a cluster.</summary>
    private const double DensitySpread = 2;

    private const int MinimumSize = 20;

    public static Command Silhouette() => Create("silhouette", "Measure the exact silhouette against scikit-learn.", 20_000, 64, (rows, columns) =>
    {
        using var blobs = new Blobs(rows, columns, centres: 20, spread: .5);
        using var peer = Peer.Start("silhouette.py", blobs.PointsFile, columns, blobs.LabelsFile);
        return new Duel($"silhouette, {rows:N0} x {columns}", "ours", "scikit-learn", .2) { QualityTolerance = 1e-5 }.Run(
            () => Duel.Time(() => Pipeline.Evaluation.Separation.Silhouette.Compute(
                blobs.Points, blobs.Labels, new SilhouetteOptions { SampleSize = rows }).Score),
            peer.Run);
    });

    public static Command Ward() => Create("ward", "Measure Ward's method against scikit-learn.", 15_000, 64, (rows, columns) =>
    {
        using var blobs = new Blobs(rows, columns, centres: 20, spread: .5);
        using var peer = Peer.Start("ward.py", blobs.PointsFile, columns);
        var options = new AgglomerativeOptions { Clusters = 20, MaximumPoints = rows };
        return new Duel($"Ward, {rows:N0} x {columns}", "ours", "scikit-learn", 1.0 / 3) { QualityTolerance = 1e-6 }.Run(
            () => Duel.Time(() => SquaredSizes(Agglomerative.Fit(blobs.Points, options).Partition.Labels)), peer.Run);
    });

    public static Command Dbscan() => Create("dbscan", "Measure DBSCAN against scikit-learn.", 30_000, 16, (rows, columns) =>
    {
        const double Epsilon = 4;
        using var blobs = new Blobs(rows, columns, centres: 20, DensitySpread);
        using var peer = Peer.Start("dbscan.py", blobs.PointsFile, columns, Epsilon, MinimumSize);
        var options = new DbscanOptions { Epsilon = Epsilon, MinimumPoints = MinimumSize };
        return new Duel($"DBSCAN, {rows:N0} x {columns}", "ours", "scikit-learn", .5) { QualityTolerance = 1e-3 }.Run(
            () => Duel.Time(() => Pipeline.Clustering.Density.Dbscan.Fit(blobs.Points, options).Core.Count(core => core)), peer.Run);
    });

    public static Command Hdbscan() => Create("hdbscan", "Measure HDBSCAN against R's dbscan package.", 30_000, 16, (rows, columns) =>
    {
        using var blobs = new Blobs(rows, columns, centres: 20, DensitySpread);
        using var peer = Peer.Start("hdbscan.R", blobs.PointsFile, columns, MinimumSize);
        var options = new HdbscanOptions { MinimumClusterSize = MinimumSize, MinimumPoints = MinimumSize };
        return new Duel($"HDBSCAN, {rows:N0} x {columns}", "ours", "R's dbscan", .5) { QualityTolerance = 1e-2, Pairs = 3 }.Run(
            () => Duel.Time(() => Pipeline.Clustering.Density.Hdbscan.Fit(blobs.Points, options).Partition.Clusters), peer.Run);
    });

    /// <summary>Sum of squared cluster sizes: two clusterings with the same sum are very likely the same.</summary>
    private static double SquaredSizes(int[] labels) => labels.CountBy(label => label).Sum(group => (double)group.Value * group.Value);

    private static Command Create(string name, string description, int defaultRows, int defaultColumns, Func<int, int, int> run)
    {
        var rows = Commands.CreateOption("--rows", "Number of points.", defaultRows);
        var columns = Commands.CreateOption("--columns", "Number of dimensions.", defaultColumns);
        var command = new Command(name, description) { rows, columns };
        command.SetAction(parsed => run(parsed.GetValue(rows), parsed.GetValue(columns)));
        return command;
    }
}
