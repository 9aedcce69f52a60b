using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.Graph;

/// <summary>Options of <see cref="LeidenClustering.Fit"/>.</summary>
public sealed record LeidenOptions
{
    /// <summary>Number of clusters, 1 or more; null: what <see cref="GraphResolution"/> gives.</summary>
    public int? Clusters { get; init; }

    /// <summary>Resolution of <c>leiden</c> where no number of clusters is given; more is finer. Default 1: modularity.</summary>
    [RequestOption]
    [Range(.001, 1000.0)]
    public double GraphResolution { get; init; } = 1;

    /// <summary>Nearest neighbours of a user that <c>leiden</c> compares. Default 15.</summary>
    [RequestOption]
    [Range(1, 1000)]
    public int GraphNeighbours { get; init; } = 15;

    /// <summary>
    /// Maximum number of points of the graph, of which larger sets give a sample; the others join the cluster of the nearest point of the
    /// sample. The default value is 50,000.
    /// </summary>
    public int MaximumPoints { get; init; } = 50_000;

    /// <summary>Seed of the communities and the sample. The default value is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Maximum number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where neighbours are found: <c>cpu</c> or, if there is enough to do, <c>cuda</c>. The default value is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Clusters ?? 1, 1, nameof(Clusters));
        ArgumentOutOfRangeException.ThrowIfLessThan(GraphNeighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPoints, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(GraphResolution);
        if (!double.IsFinite(GraphResolution))
            throw new ArgumentException("The resolution must be a finite number.");
        if (points.Rows == 0 || points.Columns == 0)
            throw new ArgumentException("There must be at least one point and one column.", nameof(points));
    }
}
