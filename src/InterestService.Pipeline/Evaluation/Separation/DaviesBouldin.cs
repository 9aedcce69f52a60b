using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The cluster separation measure of Davies and Bouldin (1979). Lower is better; 0 is best.</summary>
public static class DaviesBouldin
{
    /// <summary>
    /// Mean over the clusters of the largest <c>(s_i + s_j) / d_ij</c>, s the mean distance of a cluster's points to their mean and d the
    /// distance of two means. Clusters with the same mean are not compared (scikit-learn's convention); fewer than two clusters give 0.
    /// Labels below 0 are noise and excluded.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="labels"><c>[points]</c></param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN or infinite.</exception>
    public static double Compute(Matrix points, int[] labels)
    {
        var labelled = new LabelledPoints(points, labels);
        int clusters = labelled.Ids.Length;
        if (clusters < 2)
            return 0;
        Matrix centroids = labelled.Centroids();
        double[] scatters = new double[clusters];
        for (int c = 0; c < clusters; c++)
            scatters[c] = labelled.Members[c].Average(row => Distance(points, row, centroids, c));
        return FromScatters(centroids, scatters);
    }

    /// <summary>Computes the same from the means of clusters and the mean distances of their points to them.</summary>
    /// <param name="centroids">Means of at least two clusters, <c>[clusters x columns]</c>.</param>
    /// <param name="scatters"><c>[clusters]</c></param>
    internal static double FromScatters(Matrix centroids, double[] scatters)
    {
        int clusters = scatters.Length;
        double total = 0;
        for (int i = 0; i < clusters; i++)
        {
            double worst = 0;
            for (int j = 0; j < clusters; j++)
            {
                double distance = Distance(centroids, i, centroids, j);
                if (distance > 0)
                    worst = Math.Max(worst, (scatters[i] + scatters[j]) / distance);
            }

            total += worst;
        }

        return total / clusters;
    }

    private static double Distance(Matrix a, int i, Matrix b, int j) => Math.Sqrt(RowMath.SquaredDistance(a.Row(i), b.Row(j)));
}
