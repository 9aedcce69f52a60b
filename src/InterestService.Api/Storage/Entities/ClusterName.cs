namespace InterestService.Api.Storage.Entities;

/// <summary>
/// What an analyst has written of a cluster. It belongs to the id of the cluster and not to a clustering, so that it outlasts clusterings,
/// publishes and rollbacks.
/// </summary>
internal sealed class ClusterName
{
    public required ClusterId ClusterId { get; init; }

    /// <summary>The name in place of <see cref="Cluster.Label"/>; null for none.</summary>
    public string? Label { get; set; }

    public string? Note { get; set; }
}
