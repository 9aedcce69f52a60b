using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Flips the published pointer and tells every process.</summary>
internal static class Publisher
{
    /// <summary>The channel on which a publish is announced, once its transaction commits.</summary>
    public const string Channel = "publication";

    /// <summary>Publishes a clustering within the caller's transaction. Publishing an earlier one is the rollback.</summary>
    public static async Task PublishAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var publish = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    INSERT INTO publication (id, clustering_id, version) VALUES (1, $1, 1)
                    ON CONFLICT (id) DO UPDATE SET clustering_id = excluded.clustering_id, version = publication.version + 1
                    """) { Parameters = { new() { Value = id } } },
                new("UPDATE clusterings SET published_at = now() WHERE id = $1") { Parameters = { new() { Value = id } } },
                new($"NOTIFY {Channel}"),
            },
        };
        await publish.ExecuteNonQueryAsync(cancellation);
    }
}
