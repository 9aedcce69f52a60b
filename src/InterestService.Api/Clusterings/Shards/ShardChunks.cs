using System.Runtime.CompilerServices;
using InterestService.Api.Storage.Copying;
using InterestService.Pipeline.Aggregation;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>The encoded users of the shards of a clustering, in <c>shard_users</c>.</summary>
internal static class ShardChunks
{
    /// <summary>Number of the shard of the sample.</summary>
    public const int Sample = 0;

    /// <summary>Number of users of a chunk, which is in memory as a whole.</summary>
    public const int Users = 2000;

    /// <summary>Writes the chunks of a shard in the caller's transaction.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, Guid clustering, int shard, IEnumerable<UserChunk> chunks, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(connection, "COPY shard_users (clustering_id, shard_number, chunk, content) FROM STDIN (FORMAT binary)", cancellation);
        foreach (var (number, chunk) in chunks.Index())
        {
            copy.BeginRow(4);
            copy.Write(clustering);
            copy.Write(shard);
            copy.Write(number);
            copy.WriteBytes(chunk.Write());
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>Reads the chunks of a shard in their order.</summary>
    public static async IAsyncEnumerable<UserChunk> ReadAsync(
        NpgsqlDataSource database, Guid clustering, int shard, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT content FROM shard_users WHERE clustering_id = $1 AND shard_number = $2 ORDER BY chunk");
        query.Parameters.AddWithValue(clustering);
        query.Parameters.AddWithValue(shard);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) yield return UserChunk.Read(reader.GetFieldValue<byte[]>(0));
    }

    /// <summary>Removes the chunks of a shard in the caller's transaction.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, Guid clustering, int shard, CancellationToken cancellation)
    {
        await using var remove = new NpgsqlCommand("DELETE FROM shard_users WHERE clustering_id = $1 AND shard_number = $2", connection);
        remove.Parameters.AddWithValue(clustering);
        remove.Parameters.AddWithValue(shard);
        await remove.ExecuteNonQueryAsync(cancellation);
    }
}
