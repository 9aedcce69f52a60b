namespace InterestService.Api.Clusterings;

/// <summary>Where a clustering is on its way.</summary>
public enum ClusteringState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Canceled,
}
