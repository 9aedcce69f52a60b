using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Users;

/// <summary>A cluster that a user has been in.</summary>
/// <param name="ClusteringId">The clustering.</param>
/// <param name="ClusterId">The user's cluster in it.</param>
/// <param name="Label">The analyst's name of the cluster or, without one, its label there.</param>
/// <param name="Confidence">Probability of this cluster, 0 to 1.</param>
/// <param name="Noise">True when the user lay in no dense region and this was only the nearest cluster.</param>
/// <param name="AssignedAt">When it was computed.</param>
/// <param name="PublishedAt">When it was last published.</param>
/// <param name="Published">Whether lookups answer from it now.</param>
public sealed record UserClusterHistoryEntry(
    Guid ClusteringId, int ClusterId, string Label, float Confidence, bool Noise,
    DateTime AssignedAt, DateTime PublishedAt, bool Published);

/// <summary>Reads the clusters of a user in the clusterings that were published.</summary>
internal static class UserClusterHistory
{
    /// <summary>Reads a page of the history.</summary>
    /// <param name="context">The database.</param>
    /// <param name="ids">All ids of the person, the one that represents the person first.</param>
    /// <param name="at">Exclusive upper bound of the time of the last publish.</param>
    /// <param name="id">Exclusive upper bound of the id of the clustering for those published at <paramref name="at"/>.</param>
    /// <param name="limit">Maximum number of entries.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <returns>Entries, the last published first.</returns>
    public static async Task<List<UserClusterHistoryEntry>> ReadAsync(
        InterestDbContext context, string[] ids, DateTime at, Guid id, int limit, CancellationToken cancellation)
    {
        string person = ids[0];
        var rows = await (
            from assignment in context.Assignments
            join clustering in context.Clusterings on assignment.ClusteringId equals clustering.Id
            join cluster in context.Clusters
                on new { assignment.ClusteringId, Number = assignment.ClusterNumber } equals new { cluster.ClusteringId, cluster.Number }
            from name in context.ClusterNames.Where(name => name.ClusterId == cluster.ClusterId).DefaultIfEmpty()
            where ids.Contains(assignment.UserId)
                // A clustering from before the ids were joined may have several; the person's own counts first, as in lookups.
                && !context.Assignments.Any(other => other.ClusteringId == assignment.ClusteringId && ids.Contains(other.UserId)
                    && (other.UserId == person ? assignment.UserId != person : assignment.UserId != person && string.Compare(other.UserId, assignment.UserId) < 0))
                && (clustering.PublishedAt < at || (clustering.PublishedAt == at && clustering.Id < id))
            orderby clustering.PublishedAt descending, clustering.Id descending
            select new
            {
                clustering.Id,
                Cluster = cluster.ClusterId,
                Label = name.Label ?? cluster.Label,
                assignment.ClusterNumber,
                assignment.Memberships,
                assignment.Noise,
                AssignedAt = assignment.AssignedAt ?? clustering.FinishedAt,
                clustering.PublishedAt,
                Published = context.Publications.Any(publication => publication.ClusteringId == clustering.Id),
            }).Take(limit).ToListAsync(cancellation);
        return
        [
            .. rows.Select(row => new UserClusterHistoryEntry(
                row.Id, row.Cluster.Value, row.Label,
                StoredMembership.ProbabilityOf(row.ClusterNumber, Packed.Unpack<StoredMembership>(row.Memberships)),
                row.Noise, row.AssignedAt!.Value, row.PublishedAt!.Value, row.Published)),
        ];
    }
}
