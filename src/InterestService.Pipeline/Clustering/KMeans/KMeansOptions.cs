using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>Options of <see cref="KMeansClustering.Fit"/>.</summary>
public sealed record KMeansOptions
{
    /// <summary>Number of clusters, 1 to the number of points.</summary>
    public required int Clusters { get; init; }

    /// <summary>Independent starts of K-means, of which the best counts. Default 1: each goes on by swapping centroids.</summary>
    /// <remarks>A start is k-means++ and the swaps after it; the one with the lowest inertia is kept.</remarks>
    [RequestOption(Order = 11)]
    [Range(1, 1000)]
    public int Starts { get; init; } = 1;

    /// <summary>
    /// Maximum number of centroid updates per start. The default value is 100. A start that reaches it is usable but has not converged.
    /// </summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>
    /// A start has converged when the summed squared movement of the centroids is at most this fraction of the mean variance of the columns
    /// (scikit-learn's definition). The default value is 1e-4; 0 iterates until no label changes.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Seed of the starts. The default value is 0. The same points, options and seed give the same bytes.</summary>
    public int Seed { get; init; }

    /// <summary>Whether K-means measures angles. Default true; false: Euclidean distances.</summary>
    /// <remarks>
    /// Centroids are then scaled to length 1 after every update, so that the squared distance to them is 2 - 2 cos (Dhillon and Modha
    /// 2001). The points must have length 1.
    /// </remarks>
    [RequestOption(Order = 12)]
    public bool Spherical { get; init; } = true;

    /// <summary>
    /// Initial centroids, <c>[clusters x columns]</c>, of length 1 if spherical: a single start from them replaces those of k-means++. The
    /// default value is null. The matrix is not changed.
    /// </summary>
    public Matrix? InitialCentroids { get; init; }

    /// <summary>Maximum number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the iterations run: <c>cpu</c> or, if there is enough to do, <c>cuda</c>. The default value is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Starts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        if (!(Tolerance >= 0))
            throw new ArgumentException($"The tolerance must be 0 or more, not {Tolerance}.");
        if (points.Columns == 0)
            throw new ArgumentException("Points need at least one column.");
        if (points.Rows < Clusters)
            throw new ArgumentException($"{Clusters} clusters need at least as many points; there are {points.Rows}.");
        if (InitialCentroids is { } centroids && (centroids.Rows, centroids.Columns) != (Clusters, points.Columns))
        {
            throw new ArgumentException(
                $"The initial centroids must be {Clusters} x {points.Columns}, not {centroids.Rows} x {centroids.Columns}.");
        }
    }
}

/// <summary>Result of the start with the lowest inertia.</summary>
/// <param name="Centroids"><c>[clusters x columns]</c>; of length 1 if spherical.</param>
/// <param name="Labels">Cluster of each point, 0 to clusters - 1.</param>
/// <param name="Inertia">Sum of the squared distances from the points to their centroids.</param>
/// <param name="Iterations">Number of centroid updates.</param>
/// <param name="InertiaHistory">Inertia before the first and after each update, <c>[iterations + 1]</c>; it never rises.</param>
/// <param name="Reseeded">Number of times that a cluster without points was moved to the point farthest from its centroid.</param>
public sealed record KMeansResult(
    Matrix Centroids, int[] Labels, double Inertia, int Iterations, double[] InertiaHistory, int Reseeded);

/// <summary>Progress of a fit, reported after each iteration.</summary>
/// <param name="Start">The current start, from 0.</param>
/// <param name="Iteration">Number of centroid updates in this start.</param>
/// <param name="Inertia">Current inertia of this start.</param>
public readonly record struct KMeansProgress(int Start, int Iteration, double Inertia);
