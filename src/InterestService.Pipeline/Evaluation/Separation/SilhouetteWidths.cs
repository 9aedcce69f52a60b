using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The silhouette of single points.</summary>
internal static class SilhouetteWidths
{
    /// <summary>
    /// Computes the silhouettes of the rows of <paramref name="sample"/>, by cluster and in its order, relative to all rows of
    /// <paramref name="clusters"/>, of which there are two or more.
    /// </summary>
    public static double[][] Compute(Matrix points, int[][] clusters, int[][] sample, SilhouetteOptions options, CancellationToken cancellation) =>
        Compute(
            points, clusters, sample, ComputeDevice.For(options.Device, (double)sample.Sum(rows => rows.Length) * points.Values.Length),
            options.Threads, cancellation);

    /// <summary>Computes them on a device of libtorch or, if it is null, on the CPU's own kernel.</summary>
    public static double[][] Compute(
        Matrix points, int[][] clusters, int[][] sample, ComputeDevice? device, int threads, CancellationToken cancellation)
    {
        (int Cluster, int Place)[] order = [.. sample.SelectMany((rows, c) => rows.Select((_, place) => (c, place)))];
        double[][] widths = Array.ConvertAll(sample, rows => new double[rows.Length]);
        if (device is not null)
        {
            using var distances = new DeviceDistanceSums(points, clusters, device);
            distances.ForEach(Array.ConvertAll(order, at => sample[at.Cluster][at.Place]), Set, cancellation);
            return widths;
        }

        var panels = new ClusterPanels(points, clusters);
        var chunks = new RowChunks(order.Length, threads, cancellation, RowChunks.PairwiseMinimum);
        chunks.ForEach((_, first, end) =>
            Set(first, panels.SumDistances(points, Array.ConvertAll(order[first..end], at => sample[at.Cluster][at.Place]))));
        return widths;

        void Set(int first, double[] sums)
        {
            for (int i = 0; i < sums.Length / clusters.Length; i++)
            {
                (int cluster, int place) = order[first + i];
                widths[cluster][place] = Width(sums.AsSpan(i * clusters.Length, clusters.Length), cluster, clusters);
            }
        }
    }

    private static double Width(ReadOnlySpan<double> sums, int own, int[][] clusters)
    {
        if (clusters[own].Length == 1)
            return 0;
        double a = sums[own] / (clusters[own].Length - 1);
        double b = double.PositiveInfinity;
        for (int c = 0; c < sums.Length; c++)
            if (c != own)
                b = Math.Min(b, sums[c] / clusters[c].Length);
        return a == b ? 0 : (b - a) / Math.Max(a, b);
    }
}
