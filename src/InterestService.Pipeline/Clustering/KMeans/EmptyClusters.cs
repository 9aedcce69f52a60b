using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Moves each cluster without points to the point that is farthest from its centroid (as scikit-learn does), with the moved centroids taken
/// into account: no point, nor a copy of one, is used twice. With fewer distinct points than clusters the surplus clusters stay empty.
/// </summary>
internal sealed class EmptyClusters(TrainingPoints points, ClusterSums sums, Matrix centroids, int[] labels)
{
    // Points closer than this, relative to the mean squared length of all points, differ only by rounding of float32.
    private const double MinSquaredDistance = 1e-12;

    /// <summary>Updates centroids, labels and sums; returns the number of clusters that were moved.</summary>
    public int Reseed()
    {
        int[] empty = [.. Enumerable.Range(0, centroids.Rows).Where(c => sums.Counts[c] == 0)];
        if (empty.Length == 0)
            return 0;

        float[] distances = new float[labels.Length];
        Array.Fill(distances, float.PositiveInfinity);
        points.Chunks.ForEach((_, first, end) =>
        {
            for (int row = first; row < end; row++)
                distances[row] = RowMath.SquaredDistance(points.Matrix.Row(row), centroids.Row(labels[row]));
        });
        double threshold = MinSquaredDistance * points.TotalSquaredNorm / labels.Length;
        int reseeded = 0;
        foreach (int cluster in empty)
        {
            int farthest = Farthest(distances);
            if (farthest < 0 || distances[farthest] <= threshold)
                break;
            points.Matrix.Row(farthest).CopyTo(centroids.Row(cluster));
            sums.Move(farthest, labels[farthest], cluster);
            sums.Reduce();
            labels[farthest] = cluster;
            reseeded++;
            points.Chunks.ForEach((_, first, end) =>
            {
                for (int row = first; row < end; row++)
                    distances[row] = Math.Min(distances[row], RowMath.SquaredDistance(points.Matrix.Row(row), points.Matrix.Row(farthest)));
            });
        }

        return reseeded;
    }

    /// <summary>Returns the first of the farthest points that is not the last of its cluster, or -1.</summary>
    private int Farthest(float[] distances)
    {
        int farthest = -1;
        for (int row = 0; row < distances.Length; row++)
            if (sums.Counts[labels[row]] > 1 && (farthest < 0 || distances[row] > distances[farthest]))
                farthest = row;
        return farthest;
    }
}
