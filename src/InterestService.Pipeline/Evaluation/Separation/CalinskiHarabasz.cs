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
        float[] mean = new float[points.Columns];
        labelled.Mean([.. labelled.Members.SelectMany(members => members)], mean);
        double between = 0, within = 0;
        for (int c = 0; c < clusters; c++)
        {
            between += labelled.Members[c].Length * (double)RowMath.SquaredDistance(centroids.Row(c), mean);
            foreach (int row in labelled.Members[c])
                within += RowMath.SquaredDistance(points.Row(row), centroids.Row(c));
        }

        return within == 0 ? null : between / (clusters - 1) / (within / (labelled.Count - clusters));
    }
}
