using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Where a cluster goes.</summary>
public enum TrendDirection
{
    New,
    Growing,
    Shrinking,
    Steady,
}

/// <summary>How a cluster changed against the clustering that was published before its own.</summary>
/// <param name="Direction">
/// <c>growing</c> or <c>shrinking</c> when its share of all users changed by more than a twentieth of what it was, so that growth of the
/// whole is none of the cluster's; <c>steady</c> when by less; <c>new</c> when there was no such cluster.
/// </param>
/// <param name="PreviousUsers">Its users when its ids were decided, in the clustering before; null: new.</param>
/// <param name="UsersChange">Its users in its own clustering, when that was made, less <c>previousUsers</c>; null: new.</param>
/// <param name="PreviousShare">Its share then, 0 to 1; null: new.</param>
/// <param name="ShareChange">Its share when its own clustering was made, less <c>previousShare</c>; null: new.</param>
/// <param name="ComparedWith">The clustering before; null: this is the first one.</param>
public sealed record ClusterTrend(
    TrendDirection Direction, int? PreviousUsers, int? UsersChange, double? PreviousShare, double? ShareChange, Guid? ComparedWith);

/// <summary>
/// Computes the trends of the clusters of a clustering. They follow from its lineage, which does not change once it has been published, so that
/// a rollback changes no response.
/// </summary>
internal sealed class ClusterTrends(Guid? basedOn, ClusterLineage lineage)
{
    private const double Steady = .05;

    private readonly Dictionary<ClusterId, ClusterMatch> _matches = lineage.Matched.ToDictionary(match => new ClusterId(match.Current));

    public ClusterTrend ForCluster(ClusterId id)
    {
        if (!_matches.TryGetValue(id, out var match)) return new ClusterTrend(TrendDirection.New, null, null, null, null, basedOn);
        var users = lineage.Users;
        double previousShare = (double)match.PreviousUsers / (users.Stayed + users.Moved + users.Left);
        double change = (double)match.CurrentUsers / (users.Stayed + users.Moved + users.Joined) - previousShare;
        var direction = Math.Abs(change) <= Steady * previousShare ? TrendDirection.Steady
            : change > 0 ? TrendDirection.Growing : TrendDirection.Shrinking;
        return new ClusterTrend(direction, match.PreviousUsers, match.CurrentUsers - match.PreviousUsers, previousShare, change, basedOn);
    }
}
