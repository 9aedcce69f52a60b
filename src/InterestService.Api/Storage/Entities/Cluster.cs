using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Storage.Entities;

/// <summary>
/// The stable id of a cluster across clusterings: a cluster that persists in the next clustering keeps it, while its number within the
/// clustering changes.
/// </summary>
internal readonly record struct ClusterId(int Value);

/// <summary>A cluster of one clustering, with the profile that explains it.</summary>
internal sealed class Cluster
{
    public required Guid ClusteringId { get; init; }

    /// <summary>Within its clustering, from 1, the largest first. Never changes.</summary>
    public required ClusterNumber Number { get; init; }

    /// <summary>Id across clusterings. It does not change once its clustering has been published.</summary>
    public required ClusterId ClusterId { get; init; }

    public required string Label { get; init; }

    public required int Users { get; init; }

    /// <summary>Proportion of all clustered users, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Mean cosine of its users with its centroid, -1 to 1.</summary>
    public required double Cohesion { get; init; }

    /// <summary>Persistence of the cluster as the density rises, 0 to 1; null unless the algorithm is HDBSCAN.</summary>
    public double? Persistence { get; init; }

    /// <summary><c>[dimensions]</c>, unit length.</summary>
    public required float[] Centroid { get; init; }

    public required ClusterProfile Profile { get; init; }
}
