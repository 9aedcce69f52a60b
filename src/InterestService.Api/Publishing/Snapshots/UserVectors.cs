using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;
using InterestService.Pipeline.Numerics.Neighbours;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>The vectors of the users of a snapshot, loaded on first use.</summary>
internal sealed class UserVectors
{
    private readonly Lock _lock = new();
    private Task<ComparedVectors>? _file;

    /// <returns>The vectors by row of the snapshot, in a list for each cluster.</returns>
    public Task<ComparedVectors> ReadAsync(NpgsqlDataSource database, Snapshot snapshot)
    {
        lock (_lock)
        {
            // The next caller repeats a failed load. The load is shared, so that no caller can cancel it.
            if (_file is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _file = Task.Run(() => LoadAsync(database, snapshot));
            return _file;
        }
    }

    private static async Task<ComparedVectors> LoadAsync(NpgsqlDataSource database, Snapshot snapshot)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var reader = await CopyReader.BeginAsync(
            connection, $"SELECT user_id, vector FROM assignments WHERE clustering_id = '{snapshot.ClusteringId}' AND increment = 0", CancellationToken.None);
        Matrix? vectors = null;
        while (await reader.ReadRowAsync(CancellationToken.None))
        {
            string userId = reader.Text();
            var vector = Packed.Unpack<float>(reader.Bytes());
            vectors ??= new Matrix(snapshot.RowCount, vector.Length);
            // Rows of aliases too: their links may be taken back while the vectors are in memory.
            if (snapshot.Rows.Ids.Find(userId) is { } row) vector.CopyTo(vectors.Row(row));
        }

        int[] clusters = [.. Enumerable.Range(0, snapshot.RowCount).Select(row => snapshot.Rows[row].Cluster.Value)];
        vectors ??= new Matrix(snapshot.RowCount, 1);
        return new ComparedVectors(new InvertedFile(vectors, clusters), RandomCosines.Limit(vectors));
    }
}

/// <summary>Vectors to compare.</summary>
/// <param name="File">The vectors.</param>
/// <param name="Limit">Cosine from which two vectors are more similar than random ones, 0 or more.</param>
internal sealed record ComparedVectors(InvertedFile File, float Limit);
