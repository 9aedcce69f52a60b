using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>An item of a popularity list.</summary>
/// <param name="Item">Index of the item in the model.</param>
/// <param name="Share">Proportion of users who are interested in it, 0 to 1.</param>
internal readonly record struct PopularItem(int Item, float Share);

/// <summary>The items of all users and of the users of each cluster, the most popular first.</summary>
internal sealed class PopularItems(Guid clusteringId, int items, ILookup<ClusterId?, PopularItem> byCluster)
{
    public Guid ClusteringId => clusteringId;

    public IEnumerable<PopularItem> Everyone => byCluster[null];

    /// <summary>Computes the popularity in some clusters, weighted by their probabilities, <c>[items]</c>.</summary>
    public float[] In(IReadOnlyList<ClusterMembership> memberships)
    {
        float[] shares = new float[items];
        foreach (var membership in memberships)
            foreach (var popular in byCluster[new ClusterId(membership.ClusterId)]) shares[popular.Item] += membership.Probability * popular.Share;
        return shares;
    }

    /// <summary>Returns the proportion of all users who are interested in an item; 0 for one that is not among the most popular.</summary>
    public float ShareOfAll(int item) => byCluster[null].FirstOrDefault(popular => popular.Item == item).Share;

    public float ShareIn(ClusterId id, int item) => byCluster[id].FirstOrDefault(popular => popular.Item == item).Share;
}

/// <summary>Holds the popular items of the published clustering, which are loaded on first use and kept while it is published.</summary>
internal sealed class PublishedPopularity(NpgsqlDataSource database)
{
    private volatile PopularItems? _current;

    /// <summary>Returns the popular items of a clustering.</summary>
    /// <param name="published">The published model, which the caller holds.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async ValueTask<PopularItems> GetAsync(PublishedModel.Lease published, CancellationToken cancellation) =>
        _current is { } known && known.ClusteringId == published.Snapshot.ClusteringId
            ? known
            : _current = await ReadAsync(published.Model, published.Snapshot, cancellation);

    private async Task<PopularItems> ReadAsync(TrainedModel model, Snapshot snapshot, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT c.cluster_id, i.item_id, i.users::float8 / coalesce(c.users, t.users)
            FROM cluster_items i JOIN clusterings t ON t.id = i.clustering_id
            LEFT JOIN clusters c ON c.clustering_id = i.clustering_id AND c.number = i.cluster_number
            WHERE i.clustering_id = $1 ORDER BY i.cluster_number, i.users DESC, i.item_id
            """);
        query.Parameters.AddWithValue(snapshot.ClusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var rows = new List<(ClusterId? Cluster, PopularItem Popular)>();
        while (await reader.ReadAsync(cancellation))
            rows.Add((reader.IsDBNull(0) ? null : new ClusterId(reader.GetInt32(0)), new PopularItem(model.IndexOf(reader.GetString(1)), (float)reader.GetDouble(2))));
        return new PopularItems(snapshot.ClusteringId, model.ItemIds.Count, rows.ToLookup(row => row.Cluster, row => row.Popular));
    }
}
