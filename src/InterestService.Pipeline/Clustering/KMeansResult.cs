namespace InterestService.Pipeline.Clustering;

/// <summary>The start with the lowest inertia.</summary>
/// <param name="Centroids"><c>[clusters x columns]</c>; of length 1 when spherical.</param>
/// <param name="Labels">Cluster of each point, 0 to clusters - 1.</param>
/// <param name="Inertia">Sum of the squared distances from the points to their centroids.</param>
/// <param name="Iterations">Centroid updates taken.</param>
/// <param name="InertiaHistory">Inertia of the start and after each update, <c>[iterations + 1]</c>; it never rises.</param>
/// <param name="Reseeded">How often a cluster without points was moved to the point farthest from its centroid.</param>
public sealed record KMeansResult(
    Matrix Centroids, int[] Labels, double Inertia, int Iterations, double[] InertiaHistory, int Reseeded);

/// <summary>Where a fit stands: reported after each iteration.</summary>
/// <param name="Start">The start at work, from 0.</param>
/// <param name="Iteration">Centroid updates taken in it.</param>
/// <param name="Inertia">Its inertia now.</param>
public readonly record struct KMeansProgress(int Start, int Iteration, double Inertia);
