using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>Options of <see cref="Dbscan.Fit"/>.</summary>
public sealed record DbscanOptions
{
    /// <summary>Largest distance of neighbours of DBSCAN. Default: the knee of the curve of distances.</summary>
    /// <remarks>
    /// Above 0; unit vectors lie at most 2 apart. The knee of the sorted distances to the <see cref="MinimumPoints"/>-th neighbour is where
    /// the curve lies farthest below its chord. Too small a value makes everything noise, too large a value makes one cluster.
    /// </remarks>
    [RequestOption(Order = 14)]
    [Range(1e-9, 2.0)]
    public double? Epsilon { get; init; }

    /// <summary>Neighbours, itself counted, that make a user dense, of DBSCAN and HDBSCAN.</summary>
    /// <remarks>
    /// So many make a point a core point. The default value is null: the larger of 5 and the natural logarithm of the number of points
    /// (Birant and Kut 2007).
    /// </remarks>
    [RequestOption(Order = 15)]
    [Range(1, 100_000)]
    public int? MinimumPoints { get; init; }

    /// <summary>
    /// Number of points, spread evenly over space, whose neighbour distances form the curve for <see cref="Epsilon"/>; 2 or more. The
    /// default value is 4,000; all points if there are fewer.
    /// </summary>
    public int CurvePoints { get; init; } = 4_000;

    /// <summary>Maximum number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CurvePoints, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumPoints ?? 1, 1, nameof(MinimumPoints));
        if (Epsilon is { } epsilon && !(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentException($"Epsilon must be above 0, not {epsilon}.");
        if (points.Rows == 0 || points.Columns == 0)
            throw new ArgumentException("There must be at least one point and one column.");
    }
}

/// <param name="Partition">
/// A border point, within epsilon of a core point, belongs to the cluster of its nearest core point; the nearest cluster of a noise point
/// is determined in the same way.
/// </param>
/// <param name="Core">Whether each point is a core point, <c>[points]</c>.</param>
/// <param name="Epsilon">The maximum distance of neighbours that was used.</param>
/// <param name="MinimumPoints">The minimum number of neighbours that was used.</param>
public sealed record DbscanResult(Partition Partition, bool[] Core, double Epsilon, int MinimumPoints);
