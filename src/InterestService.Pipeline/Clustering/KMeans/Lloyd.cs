using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>One start of Lloyd's iterations (Lloyd 1982) on float32 products and float64 sums.</summary>
/// <param name="points">The points.</param>
/// <param name="centroids">Initial centroids, <c>[clusters x columns]</c>; changed where a cluster has no points.</param>
/// <param name="options">When the iterations end.</param>
internal sealed class Lloyd(TrainingPoints points, Matrix centroids, KMeansOptions options)
{
    /// <summary>Iterates until the centroids converge, at most <see cref="KMeansOptions.MaxIterations"/> times.</summary>
    /// <param name="assignment">A new one: where the points are assigned.</param>
    /// <param name="report">Receives the number of updates and the inertia of each iteration.</param>
    public KMeansResult Run(IAssignment assignment, Action<int, double> report)
    {
        var history = new List<double>();
        Matrix current = centroids, previous = centroids;
        int reseeded = 0;
        for (bool converged = false; ;)
        {
            long moved = assignment.Assign(current);
            int reseededNow = assignment.Reseed(current);
            double inertia = assignment.Inertia(current);
            // Rounding of float32 distances can raise the inertia in its last digits: the better labels are kept.
            if (history.Count > 0 && inertia > history[^1])
            {
                current = previous;
                assignment.Restore();
                break;
            }

            reseeded += reseededNow;
            history.Add(inertia);
            report(history.Count - 1, inertia);
            if (converged || (moved == 0 && reseededNow == 0) || history.Count > options.MaxIterations)
                break;

            previous = current;
            assignment.Keep();
            current = assignment.Sums.Means(current, options.Spherical);
            converged = SquaredMovement(previous, current) <= options.Tolerance * points.MeanVariance;
        }

        return new KMeansResult(current, assignment.Labels(), history[^1], history.Count - 1, [.. history], reseeded);
    }

    private static double SquaredMovement(Matrix before, Matrix after)
    {
        double total = 0;
        for (int c = 0; c < after.Rows; c++)
            total += RowMath.SquaredDistance(before.Row(c), after.Row(c));
        return total;
    }
}

/// <summary>The clusters of the points of a fit, wherever they are computed: what of Lloyd's iterations takes time for each point.</summary>
internal interface IAssignment : IDisposable
{
    /// <summary>Sums of the points of each cluster.</summary>
    ClusterSums Sums { get; }

    /// <summary>The cluster of each point, a copy, <c>[points]</c>.</summary>
    int[] Labels();

    /// <summary>Assigns every point to its nearest centroid, the first of equally near ones; returns the number of points that changed their cluster.</summary>
    /// <param name="centroids"><c>[clusters x columns]</c></param>
    long Assign(Matrix centroids);

    /// <summary>Moves clusters without points, as <see cref="EmptyClusters"/> does; returns their number.</summary>
    /// <param name="centroids">Those of the last <see cref="Assign"/>; changed.</param>
    int Reseed(Matrix centroids);

    /// <summary>Computes the sum of the squared distances of the points to the centroids of their clusters.</summary>
    /// <param name="centroids">Those of the last <see cref="Assign"/>, after <see cref="Reseed"/>.</param>
    double Inertia(Matrix centroids);

    /// <summary>Keeps the labels for <see cref="Restore"/>.</summary>
    void Keep();

    /// <summary>Returns to the labels that were kept last; ends the iterations.</summary>
    void Restore();
}
