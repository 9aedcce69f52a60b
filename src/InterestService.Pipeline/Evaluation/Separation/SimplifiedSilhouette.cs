using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>
/// The silhouette with distances to centroids instead of to points (Hruschka, de Castro and Campello 2004): <c>points x clusters</c>
/// distances, which is affordable for all points.
/// </summary>
public static class SimplifiedSilhouette
{
    /// <summary>
    /// Mean over the points of <c>(b - a) / max(a, b)</c>, a the distance to the mean of the own cluster, b to the nearest other mean; -1
    /// to 1. A cluster of one point counts 0, as in the silhouette; fewer than two clusters give 0. Labels below 0 are noise and excluded.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="labels"><c>[points]</c></param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static double Compute(Matrix points, int[] labels, int threads, CancellationToken cancellation)
    {
        var labelled = new LabelledPoints(points, labels);
        if (labelled.Ids.Length < 2)
            return 0;
        Matrix centroids = labelled.Centroids();
        (int Row, int Cluster)[] rows = [.. labelled.Members.SelectMany((members, c) => members.Select(row => (row, c)))];
        var chunks = new RowChunks(rows.Length, threads, cancellation);
        double[] sums = new double[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            for (int i = first; i < end; i++)
                if (labelled.Members[rows[i].Cluster].Length > 1)
                    sums[chunk] += Width(points.Row(rows[i].Row), rows[i].Cluster, centroids);
        });
        return sums.Sum() / rows.Length;
    }

    /// <summary>Computes <c>(b - a) / max(a, b)</c> of one point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="cluster">Its cluster, a row of <paramref name="centroids"/>.</param>
    /// <param name="centroids">Means of at least two clusters, <c>[clusters x columns]</c>.</param>
    internal static double Width(ReadOnlySpan<float> point, int cluster, Matrix centroids)
    {
        float own = RowMath.SquaredDistance(point, centroids.Row(cluster));
        float other = float.PositiveInfinity;
        for (int c = 0; c < centroids.Rows; c++)
            if (c != cluster)
                other = Math.Min(other, RowMath.SquaredDistance(point, centroids.Row(c)));
        double a = Math.Sqrt(own), b = Math.Sqrt(other);
        return a == b ? 0 : (b - a) / Math.Max(a, b);
    }
}
