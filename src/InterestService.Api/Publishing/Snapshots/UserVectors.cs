using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>The vectors of a snapshot's users, read when they are first asked for, and gone with the snapshot.</summary>
internal sealed class UserVectors
{
    private readonly Lock _lock = new();
    private Task<InvertedFile>? _file;

    /// <returns>Rows are the snapshot's, lists its clusters.</returns>
    public Task<InvertedFile> ReadAsync(NpgsqlDataSource database, Snapshot snapshot)
    {
        lock (_lock)
        {
            // The next caller tries again what failed. Nobody's cancellation is the others'.
            if (_file is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _file = Task.Run(() => LoadAsync(database, snapshot));
            return _file;
        }
    }

    private static async Task<InvertedFile> LoadAsync(NpgsqlDataSource database, Snapshot snapshot)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var reader = await CopyReader.BeginAsync(
            connection, $"SELECT user_id, vector FROM assignments WHERE clustering_id = '{snapshot.ClusteringId}' AND increment = 0", CancellationToken.None);
        Matrix? vectors = null;
        while (await reader.ReadRowAsync(CancellationToken.None))
        {
            string userId = reader.Text();
            var vector = Packed.Unpack<float>(reader.Bytes());
            vectors ??= new Matrix(snapshot.UserIds.Count, vector.Length);
            // An alias finds the person's row, which is not its own.
            if (snapshot.FindRow(userId) is { } row && snapshot.UserIds[row] == userId) vector.CopyTo(vectors.Row(row));
        }

        return new InvertedFile(vectors ?? new Matrix(snapshot.UserIds.Count, 1), snapshot.ClusterNumbers);
    }
}
