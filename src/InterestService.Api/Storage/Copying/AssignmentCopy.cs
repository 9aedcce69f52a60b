using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Storage.Copying;

/// <summary>Copies rows into <c>assignments</c>, as <see cref="CopyWriter"/> does. Not thread-safe.</summary>
internal sealed class AssignmentCopy
{
    private readonly CopyWriter _copy;
    private readonly Guid _clustering;

    private AssignmentCopy(CopyWriter copy, Guid clustering) => (_copy, _clustering) = (copy, clustering);

    public static async Task<AssignmentCopy> BeginAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation) => new(
        await CopyWriter.BeginAsync(connection, """
            COPY assignments (user_id, clustering_id, cluster_number, noise, strength, distance, memberships, vector, map_x, map_y)
            FROM STDIN (FORMAT binary)
            """, cancellation), clustering);

    /// <summary>Adds a row. Flush now and then.</summary>
    public void Add(in AssignmentRow row)
    {
        _copy.BeginRow(10);
        _copy.WriteText(row.UserId);
        _copy.Write(_clustering);
        _copy.Write(row.ClusterNumber.Value);
        _copy.Write(row.Noise);
        _copy.Write(row.Strength);
        _copy.Write(row.Distance);
        _copy.WriteBytes(Packed.AsBytes(row.Memberships));
        _copy.WriteBytes(Packed.AsBytes(row.Vector));
        _copy.Write(row.Place?.X);
        _copy.Write(row.Place?.Y);
    }

    /// <summary>Sends the rows when there are enough.</summary>
    public Task FlushAsync(CancellationToken cancellation) => _copy.IsFull ? _copy.FlushAsync(cancellation) : Task.CompletedTask;

    public Task CompleteAsync(CancellationToken cancellation) => _copy.CompleteAsync(cancellation);
}

/// <summary>A row of <c>assignments</c>; the columns are those of <see cref="Assignment"/>.</summary>
internal readonly ref struct AssignmentRow
{
    public required string UserId { get; init; }
    public required ClusterNumber ClusterNumber { get; init; }
    public required bool Noise { get; init; }
    public float? Strength { get; init; }
    public required float Distance { get; init; }
    public required ReadOnlySpan<StoredMembership> Memberships { get; init; }
    public required ReadOnlySpan<float> Vector { get; init; }
    public (float X, float Y)? Place { get; init; }
}
