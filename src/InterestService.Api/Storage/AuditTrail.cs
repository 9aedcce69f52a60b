using System.Diagnostics;
using System.Text.Json;
using InterestService.Api.Storage.Entities;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Storage;

/// <summary>Writes the audit trail, each entry in the transaction of its act: there is no act without an entry and no entry without an act.</summary>
internal static class AuditTrail
{
    /// <summary>The caller of what the service does by itself: publishing by a finished clustering, deletion by the retention.</summary>
    public const string Service = "service";

    /// <summary>The caller of a command.</summary>
    public const string CommandLine = "command line";

    /// <summary>Writes an entry.</summary>
    /// <param name="connection">Connection with the transaction of the act.</param>
    /// <param name="action">What is done.</param>
    /// <param name="caller">Name of who does it.</param>
    /// <param name="subject">Id or name of what it is done to; null for users.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    public static async Task WriteAsync(NpgsqlConnection connection, AuditAction action, string caller, string? subject, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Entry(action, caller, subject) } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Creates the statement that writes an entry, for a batch of the act.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static NpgsqlBatchCommand Entry(AuditAction action, string caller, string? subject) => new(
        "INSERT INTO audit_entries (at, action, caller, subject, trace_id) VALUES (clock_timestamp(), $1, $2, $3, $4)")
    {
        Parameters =
        {
            new() { Value = Name(action) },
            new() { Value = caller },
            new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    /// <summary>Returns the name of a kind of act, as the database and the API have it.</summary>
    public static string Name(AuditAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());
}
