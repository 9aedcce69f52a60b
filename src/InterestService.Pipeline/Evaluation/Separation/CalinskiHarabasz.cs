using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The variance ratio criterion (Calinski and Harabasz 1974). Higher is better.</summary>
public static class CalinskiHarabasz
{
    /// <summary>
    /// <c>(B / (k - 1)) / (W / (n - k))</c>, B and W the sums of squares between and within clusters. Null (it is undefined) for fewer than
    /// two clusters, if every point is its own cluster, or if W is 0. Labels below 0 are noise and excluded.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="labels"><c>[points]</c></param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN or infinite.</exception>
    public static double? Compute(Matrix points, int[] labels)
    {
        var labelled = new LabelledPoints(points, labels);
        int clusters = labelled.Ids.Length;
        if (clusters < 2 || clusters == labelled.Count)
            return null;
        Matrix centroids = labelled.Centroids();
        double within = 0;
        for (int c = 0; c < clusters; c++)
            foreach (int row in labelled.Members[c])
                within += RowMath.SquaredDistance(points.Row(row), centroids.Row(c));
        return FromSums(centroids, [.. labelled.Members.Select(members => (long)members.Length)], within);
    }

    /// <summary>Computes the same from sums.</summary>
    /// <param name="means">Means of at least two clusters, none without points, <c>[clusters x columns]</c>.</param>
    /// <param name="counts">Number of their points, <c>[clusters]</c>.</param>
    /// <param name="within">Sum of the squared distances of all points to the means of their clusters.</param>
    internal static double? FromSums(Matrix means, long[] counts, double within)
    {
        long points = counts.Sum();
        if (within == 0 || points == means.Rows)
            return null;
        double[] sums = new double[means.Columns];
        for (int c = 0; c < means.Rows; c++)
            RowMath.Add(sums, means.Row(c), counts[c]);
        float[] mean = [.. sums.Select(sum => (float)(sum / points))];
        double between = 0;
        for (int c = 0; c < means.Rows; c++)
            between += counts[c] * (double)RowMath.SquaredDistance(means.Row(c), mean);
        return between / (means.Rows - 1) / (within / (points - means.Rows));
    }
}
