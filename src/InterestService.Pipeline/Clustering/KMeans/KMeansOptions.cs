using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>What <see cref="KMeansClustering.Fit"/> is asked to do.</summary>
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
    /// Most centroid updates a start may take. The default value is 100. A start that reaches it is still usable, only not settled.
    /// </summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>
    /// A start settles when the summed squared movement of the centroids is at most this share of the mean variance of the columns
    /// (scikit-learn's definition). The default value is 1e-4; 0 runs until no label changes.
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
    /// Where to start, <c>[clusters x columns]</c>, of length 1 when spherical: one start from here replaces those of k-means++. The
    /// default value is null. Not changed.
    /// </summary>
    public Matrix? InitialCentroids { get; init; }

    /// <summary>Most threads at work. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

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
