using InterestService.Api.Storage;
using InterestService.Pipeline.Recommending;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Clusterings;

/// <summary>Saves which items the users of a clustering came to.</summary>
internal static class ClusterItemsWriter
{
    public static async Task WriteAsync(NpgsqlConnection connection, Guid id, Popularity popularity, CancellationToken cancellation)
    {
        await using var writer = await connection.BeginBinaryImportAsync(
            "COPY cluster_items (clustering_id, cluster_number, item_id, users) FROM STDIN (FORMAT binary)", cancellation);
        writer.Timeout = TimeSpan.FromMinutes(5);
        await WriteAsync(ClusterItem.Everyone, popularity.Everyone);
        foreach (var (cluster, items) in popularity.Clusters.Index()) await WriteAsync(cluster + 1, items);
        await writer.CompleteAsync(cancellation);

        async Task WriteAsync(int number, IReadOnlyList<ItemUsers> items)
        {
            foreach (var item in items)
            {
                await writer.StartRowAsync(cancellation);
                await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
                await writer.WriteAsync(number, NpgsqlDbType.Integer, cancellation);
                await writer.WriteAsync(item.ItemId, NpgsqlDbType.Text, cancellation);
                await writer.WriteAsync(item.Users, NpgsqlDbType.Integer, cancellation);
            }
        }
    }
}
