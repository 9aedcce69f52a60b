using InterestService.Api.Publishing;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Clusters;

/// <summary>Stores what analysts write of clusters and makes every process show it.</summary>
internal sealed partial class ClusterNaming(NpgsqlDataSource database, PublishedSnapshot published, ILogger<ClusterNaming> logger)
{
    /// <summary>Changes the name or the note of a cluster of the published clustering.</summary>
    /// <param name="id">The cluster.</param>
    /// <param name="change">The new texts.</param>
    /// <param name="caller">Who changes them, for the log and the audit trail, which have no texts.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <returns>The cluster as it is shown now; null when the published clustering has no such cluster.</returns>
    public async Task<ClusterResponse?> ChangeAsync(ClusterId id, ChangeClusterRequest change, string caller, CancellationToken cancellation)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await Publisher.LockAsync(connection, cancellation);
            if (!await StoreAsync(connection, id, change, cancellation)) return null;
            await using var announce = new NpgsqlCommand($"UPDATE publication SET names = names + 1; NOTIFY {Publication.Channel}", connection);
            await announce.ExecuteNonQueryAsync(cancellation);
            await AuditTrail.WriteAsync(connection, AuditAction.LabelChanged, caller, $"{id.Value}", cancellation);
            await transaction.CommitAsync(cancellation);
        }

        LogChanged(id.Value, Describe(change.ChangesLabel, change.Label), Describe(change.ChangesNote, change.Note), caller);
        await published.RefreshAsync(cancellation);
        return published.Current?.FindCluster(id);
    }

    /// <returns>False when the published clustering has no such cluster.</returns>
    private static async Task<bool> StoreAsync(NpgsqlConnection connection, ClusterId id, ChangeClusterRequest change, CancellationToken cancellation)
    {
        await using var store = new NpgsqlCommand("""
            INSERT INTO cluster_names (cluster_id, label, note)
            SELECT cluster_id, $2, $3 FROM publication JOIN clusters USING (clustering_id) WHERE cluster_id = $1
            ON CONFLICT (cluster_id) DO UPDATE SET
                label = CASE WHEN $4 THEN excluded.label ELSE cluster_names.label END,
                note = CASE WHEN $5 THEN excluded.note ELSE cluster_names.note END
            """, connection);
        store.Parameters.AddWithValue(id.Value);
        store.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = change.Label });
        store.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = change.Note });
        store.Parameters.AddWithValue(change.ChangesLabel);
        store.Parameters.AddWithValue(change.ChangesNote);
        return await store.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private static string Describe(bool changes, string? text) => !changes ? "unchanged" : text is null ? "removed" : "set";

    [LoggerMessage(LogLevel.Information, "Cluster {ClusterId}: label {Label}, note {Note} by {Caller}")]
    private partial void LogChanged(int clusterId, string label, string note, string caller);
}
