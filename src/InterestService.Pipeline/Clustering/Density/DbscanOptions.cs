using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>Options of <see cref="Dbscan.Fit"/>.</summary>
public sealed record DbscanOptions
{
    /// <summary>
    /// Max distance of neighbours, above 0. The default value is null: the knee of the sorted distances to the
    /// <see cref="MinimumPoints"/>-th neighbour, where the curve lies farthest below its chord. If it is too small, all points are noise;
    /// if it is too large, there is one cluster.
    /// </summary>
    public double? Epsilon { get; init; }

    /// <summary>
    /// Min number of neighbours of a core point, the point itself included; 1 or more. The default value is null: the larger of 5 and the
    /// natural logarithm of the number of points (Birant and Kut 2007).
    /// </summary>
    public int? MinimumPoints { get; init; }

    /// <summary>
    /// Number of points, spread evenly over space, whose neighbour distances form the curve for <see cref="Epsilon"/>; 2 or more. The
    /// default value is 4,000; all points if there are fewer.
    /// </summary>
    public int CurvePoints { get; init; } = 4_000;

    /// <summary>Max number of threads. The default value is the number of processors. The result does not depend on it.</summary>
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
/// <param name="Epsilon">The max distance of neighbours that was used.</param>
/// <param name="MinimumPoints">The min number of neighbours that was used.</param>
public sealed record DbscanResult(Partition Partition, bool[] Core, double Epsilon, int MinimumPoints);
