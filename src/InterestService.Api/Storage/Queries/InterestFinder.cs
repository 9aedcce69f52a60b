using System.Data;
using System.Runtime.CompilerServices;
using InterestService.Api.Requests;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Profiling;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Finds the interests of people in their events in the database, up to the last committed one. Thread-safe.</summary>
internal sealed class InterestFinder(IOptions<PipelineDefaults> defaults, TimeProvider time)
{
    /// <summary>Events of a batch, about.</summary>
    private const int BatchEvents = 1 << 14;

    private readonly EventMeanings _meanings = defaults.Value.ToMeanings();

    /// <summary>How many batches to compute at once.</summary>
    public int Threads => defaults.Value.ThreadCount;

    /// <summary>Later events are clock errors, as for the pipeline.</summary>
    private DateTime Latest => time.GetUtcNow().AddDays(1).UtcDateTime;

    /// <summary>Finds the interests of a person.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="personId">The id that represents the person.</param>
    /// <param name="clusteringId">The clustering whose users lift compares with, and whose communities items belong to; null for none.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public async Task<PersonInterests> FindAsync(NpgsqlConnection connection, string personId, Guid? clusteringId, CancellationToken cancellation)
    {
        var events = await PersonEvents.ReadAsync(connection, personId, Latest, cancellation);
        if (events.Count == 0) return new PersonInterests(personId, 0, []);
        var batch = await new InterestSubjects(connection, clusteringId, _meanings).DescribeAsync([events], cancellation);
        return batch.Find()[0];
    }

    /// <summary>Reads the events of many people once, for their interests to be found without the database, by several threads if need be.</summary>
    /// <param name="connection">Connection with a transaction that sees one moment; it is busy until the last batch.</param>
    /// <param name="people">A table expression with a column <c>person</c>: the ids that represent them, each once.</param>
    /// <param name="clusteringId">The clustering whose users lift compares with, and whose communities items belong to.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>The people who have events, in the order of their ids.</returns>
    public async IAsyncEnumerable<InterestBatch> ReadAsync(
        NpgsqlConnection connection, string people, Guid clusteringId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // What the events speak of is read by another connection to the same server, since the first one streams, but at the same moment.
        await using var other = (NpgsqlConnection)((ICloneable)connection).Clone();
        await other.OpenAsync(cancellation);
        await using var view = await other.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using (var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection))
        await using (var import = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{await export.ExecuteScalarAsync(cancellation)}'", other))
            await import.ExecuteNonQueryAsync(cancellation);
        var subjects = new InterestSubjects(other, clusteringId, _meanings);
        var batch = new List<PersonEvents>();
        int events = 0;
        await foreach (var person in PersonEvents.ReadAllAsync(connection, people, Latest, cancellation))
        {
            batch.Add(person);
            events += person.Count;
            if (events < BatchEvents) continue;
            yield return await subjects.DescribeAsync(batch, cancellation);
            (batch, events) = ([], 0);
        }

        if (batch.Count > 0) yield return await subjects.DescribeAsync(batch, cancellation);
    }
}

/// <summary>The interests of a person.</summary>
/// <param name="Id">The id that represents the person.</param>
/// <param name="Events">Number of events that were read.</param>
/// <param name="Interests">The strongest first.</param>
internal sealed record PersonInterests(string Id, int Events, IReadOnlyList<UserInterest> Interests);
