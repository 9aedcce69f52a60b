using System.Runtime.CompilerServices;
using System.Text;
using InterestService.Api.Storage.Copying;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>What an event of a person says, as it is stored.</summary>
/// <param name="Categories">Those of an event without an item, separated by <c>|</c>; null when there are none.</param>
internal readonly record struct StoredAct(
    string? ItemId, string EventType, DateTime OccurredAt, double? Value, string? Query, string? Source, string? Categories);

/// <summary>The latest events of a person, in the order of time and arrival.</summary>
/// <param name="personId">The id that represents the person.</param>
internal sealed class PersonEvents(string personId)
{
    /// <summary>Bounds the cost of a person; older events weigh little.</summary>
    private const int MaxEvents = 5000;

    private const string Columns = "item_id, event_type, occurred_at, value, query, source, array_to_string(categories, '|')";

    private readonly List<StoredAct> _acts = [];

    public string PersonId => personId;

    /// <summary>Number of events.</summary>
    public int Count => Math.Min(_acts.Count, MaxEvents);

    /// <summary>The events, the latest <see cref="MaxEvents"/> of them.</summary>
    public IEnumerable<StoredAct> Acts => _acts.Skip(_acts.Count - Count);

    /// <summary>Reads the events of a person.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="personId">The id that represents the person.</param>
    /// <param name="latest">Later events are left out.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<PersonEvents> ReadAsync(NpgsqlConnection connection, string personId, DateTime latest, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            SELECT {Columns} FROM events WHERE user_id IN {PersonSql.AllIdsSql} AND occurred_at <= $2
            ORDER BY occurred_at DESC, arrival DESC LIMIT {MaxEvents}
            """, connection);
        query.Parameters.AddWithValue(personId);
        query.Parameters.AddWithValue(latest);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var events = new PersonEvents(personId);
        while (await reader.ReadAsync(cancellation))
        {
            events._acts.Add(new StoredAct(
                reader.TextOrNull(0), reader.GetString(1), reader.GetDateTime(2), reader.IsDBNull(3) ? null : reader.GetDouble(3), reader.TextOrNull(4),
                reader.TextOrNull(5), reader.TextOrNull(6)));
        }

        events._acts.Reverse();
        return events;
    }

    /// <summary>Reads the events of many people in one pass.</summary>
    /// <param name="connection">An open connection with a transaction, which is busy until the last person.</param>
    /// <param name="people">A table expression with a column <c>person</c>: the ids that represent them, each once.</param>
    /// <param name="latest">Later events are left out.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <returns>The people who have events, in the order of their ids.</returns>
    public static async IAsyncEnumerable<PersonEvents> ReadAllAsync(
        NpgsqlConnection connection, string people, DateTime latest, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using (var memory = new NpgsqlCommand("SET LOCAL work_mem = '64MB'", connection)) await memory.ExecuteNonQueryAsync(cancellation);
        // Without links the order is that of the primary key.
        var (person, events) = await UserLinks.AnyAsync(connection, cancellation)
            ? ("coalesce(user_links.user_id, events.user_id)", "events LEFT JOIN user_links ON alias = events.user_id")
            : ("events.user_id", "events");
        // COPY takes no parameters; this is a formatted time, not text from the caller.
        await using var rows = await CopyReader.BeginAsync(connection, $"""
            SELECT person, {Columns} FROM (SELECT person FROM {people}) AS people JOIN {events} ON person = {person}
            WHERE occurred_at <= '{latest:O}' ORDER BY person, occurred_at, arrival
            """, cancellation);
        PersonEvents? current = null;
        byte[] id = []; // no id is empty
        while (await rows.ReadRowAsync(cancellation))
        {
            var bytes = rows.Bytes();
            if (!bytes.SequenceEqual(id))
            {
                id = bytes.ToArray();
                if (current is not null) yield return current;
                current = new PersonEvents(Encoding.UTF8.GetString(id));
            }

            current!.Add(new StoredAct(
                rows.TextOrNull(), rows.SharedText(), rows.Time(), rows.DoubleOrNull(), rows.TextOrNull(), rows.SharedTextOrNull(), rows.TextOrNull()));
        }

        if (current is not null) yield return current;
    }

    private void Add(StoredAct act)
    {
        // Those before the latest are dropped now and then, so that memory is bounded.
        if (_acts.Count == 2 * MaxEvents) _acts.RemoveRange(0, MaxEvents);
        _acts.Add(act);
    }
}
