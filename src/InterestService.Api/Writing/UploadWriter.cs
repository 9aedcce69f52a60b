using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Storage.Copying;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>
/// Writes one upload in one transaction: rows go into a temporary table by binary COPY as they are read, one statement merges them, and
/// the commit makes all of them visible. An upload that ends before the commit changes nothing.
/// </summary>
internal abstract class UploadWriter(NpgsqlDataSource database) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private CopyWriter? _copy;

    /// <summary>Number of rows staged so far.</summary>
    protected long Staged { get; private set; }

    /// <summary>The connection of the transaction.</summary>
    protected NpgsqlConnection Connection => _connection!;

    /// <summary>SQL that creates the temporary table.</summary>
    protected abstract string StagingSql { get; }

    /// <summary>The COPY statement, with the columns in the order in which <see cref="Stage"/> writes them.</summary>
    protected abstract string CopySql { get; }

    /// <summary>Begins the transaction.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _connection = await database.OpenConnectionAsync(cancellationToken);
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(StagingSql, cancellationToken);
        _copy = await CopyWriter.BeginAsync(_connection, CopySql, cancellationToken);
    }

    /// <summary>Stages a row; false when it breaks a rule, which <see cref="Row.Fault"/> then names.</summary>
    public bool TryStage(Row row)
    {
        if (!Stage(row, _copy!)) return false;
        Staged++;
        return true;
    }

    /// <summary>Sends the staged rows when the buffer is full.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) =>
        _copy!.IsFull ? new ValueTask(_copy.FlushAsync(cancellationToken)) : ValueTask.CompletedTask;

    /// <summary>Merges and commits.</summary>
    /// <returns>The number of staged rows that changed something.</returns>
    public async Task<long> CommitAsync(CancellationToken cancellationToken)
    {
        Complete(_copy!);
        await _copy!.CompleteAsync(cancellationToken);
        var changed = await MergeAsync(cancellationToken);
        await _transaction!.CommitAsync(cancellationToken);
        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        // Disposing the transaction ends an unfinished COPY and rolls back what was not committed.
        await using (_connection)
        await using (_transaction)
        {
        }
    }

    protected abstract bool Stage(Row row, CopyWriter copy);

    /// <summary>Stages what is known only at the end of the upload.</summary>
    protected virtual void Complete(CopyWriter copy)
    {
    }

    protected abstract Task<long> MergeAsync(CancellationToken cancellationToken);

    /// <summary>Runs one statement without a time limit; it ends early only when the caller disconnects.</summary>
    /// <returns>The number of rows affected.</returns>
    protected async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query that returns one number.</summary>
    protected async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Trims the elements of a list separated by <c>|</c> and removes empty and repeated ones.</summary>
    protected static byte[] NormalizeList(ReadOnlySpan<byte> list)
    {
        const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        return Encoding.UTF8.GetBytes(string.Join('|', Encoding.UTF8.GetString(list).Split('|', Trimmed).Distinct()));
    }
}
