using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Storage;

/// <summary>A cluster of one clustering, with the profile that explains it.</summary>
internal sealed class Cluster
{
    public required Guid ClusteringId { get; init; }

    /// <summary>Within its clustering, from 1, the largest first. Never changes.</summary>
    public required int Number { get; init; }

    /// <summary>Across clusterings: of a cluster that persists the same. Stands fast once its clustering has been published.</summary>
    public required int ClusterId { get; init; }

    public required string Label { get; init; }

    public required int Users { get; init; }

    /// <summary>Its part of all clustered users, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Mean cosine of its users with its centroid, -1 to 1.</summary>
    public required double Cohesion { get; init; }

    /// <summary>How long it lasts as the density rises, 0 to 1; null but of HDBSCAN.</summary>
    public double? Persistence { get; init; }

    /// <summary><c>[dimensions]</c>, unit length.</summary>
    public required float[] Centroid { get; init; }

    public required ClusterProfile Profile { get; init; }
}
