namespace InterestService.Pipeline.Clustering;

/// <summary>
/// Soft membership: for each user the most probable clusters, as <c>[users x width]</c> arrays of cluster indexes and
/// probabilities, best first, each row summing to 1.
/// </summary>
public sealed record Memberships(int Width, int[] Clusters, float[] Probabilities)
{
    /// <summary>
    /// Posterior probabilities in a mixture of Gaussians of one spherical variance around the centroids (the model under
    /// which K-means is the maximum likelihood answer; Bishop, "Pattern Recognition and Machine Learning", 9.3.2). The
    /// variance counts the directions in which points really vary around their centroids: with the full dimension of
    /// correlated vectors every answer would be near 0 or 1.
    /// </summary>
    /// <param name="points"><c>[users x dimensions]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c>.</param>
    /// <param name="labels">Nearest centroid of each point, <c>[users]</c>.</param>
    /// <param name="width">Most clusters kept a user.</param>
    public static Memberships Of(Matrix points, Matrix centroids, int[] labels, int width = 5)
    {
        int clusters = centroids.Rows;
        width = Math.Min(width, clusters);
        double variance = VariancePerDirection(points, centroids, labels);
        var result = new Memberships(width, new int[(long)points.Rows * width], new float[(long)points.Rows * width]);
        Parallel.For(0, points.Rows, () => (Distances: new double[clusters], Order: new int[clusters]), (row, _, buffers) =>
        {
            for (int c = 0; c < clusters; c++)
            {
                buffers.Distances[c] = SquaredDistance(points.Row(row), centroids.Row(c));
                buffers.Order[c] = c;
            }

            Array.Sort(buffers.Distances, buffers.Order);
            double sum = 0, nearest = buffers.Distances[0];
            for (int i = 0; i < width; i++) sum += buffers.Distances[i] = Math.Exp((nearest - buffers.Distances[i]) / (2 * variance));
            for (int i = 0; i < width; i++)
            {
                result.Clusters[row * width + i] = buffers.Order[i];
                result.Probabilities[row * width + i] = (float)(buffers.Distances[i] / sum);
            }

            return buffers;
        }, _ => { });
        return result;
    }

    /// <summary>
    /// Trace of the covariance around the centroids over its effective rank, the participation ratio
    /// <c>trace(S)^2 / trace(S^2)</c>.
    /// </summary>
    private static double VariancePerDirection(Matrix points, Matrix centroids, int[] labels)
    {
        int dimensions = points.Columns;
        double[] covariance = new double[dimensions * dimensions], difference = new double[dimensions];
        for (int row = 0; row < points.Rows; row++)
        {
            var point = points.Row(row);
            var centroid = centroids.Row(labels[row]);
            for (int i = 0; i < dimensions; i++) difference[i] = point[i] - centroid[i];
            for (int i = 0; i < dimensions; i++)
                for (int j = 0; j < dimensions; j++) covariance[i * dimensions + j] += difference[i] * difference[j] / points.Rows;
        }

        double trace = 0, squares = covariance.Sum(x => x * x);
        for (int i = 0; i < dimensions; i++) trace += covariance[i * dimensions + i];
        // Points that coincide with their centroids have no variance; any small one gives probability 1 to their own.
        return trace <= 0 ? 1e-12 : Math.Max(squares / trace, 1e-12);
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
