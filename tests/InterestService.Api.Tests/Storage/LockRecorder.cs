using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

/// <summary>
/// Records which locks the transactions of a database take, in which order, from the statements that Npgsql traces in this process. What a
/// statement locks stands in its text; to which transaction it belongs PostgreSQL tells.
/// </summary>
internal sealed partial class LockRecorder : IDisposable
{
    /// <summary>Temporary tables, which no other transaction sees.</summary>
    private static readonly string[] _temporary = ["staged_", "joined_links"];

    private readonly string _database;
    private readonly NpgsqlDataSource _observer; // of another database, so that its own statements are not recorded
    private readonly ActivityListener _listener;
    private readonly ConcurrentDictionary<string, Transaction> _transactions = new();
    private readonly ConcurrentQueue<(string Lock, Transaction By)> _taken = new();

    /// <param name="connectionString">The database.</param>
    public LockRecorder(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        _database = builder.Database!;
        builder.Database = "postgres";
        _observer = NpgsqlDataSource.Create(builder.ConnectionString);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = Record,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The locks that were taken, alone or with others.</summary>
    public IReadOnlySet<string> Taken => _taken.Select(taken => taken.Lock).ToHashSet();

    /// <summary>Finds the locks that a transaction took while it held one that comes later.</summary>
    /// <param name="order">All locks in their order.</param>
    /// <returns>A sentence for each, with the statement.</returns>
    public IEnumerable<string> Violations(IReadOnlyList<string> order)
    {
        var places = order.Index().ToDictionary(place => place.Item, place => place.Index);
        var unlisted = Taken.Where(name => !places.ContainsKey(name)).Select(name => $"{name} is not listed.");
        var turned =
            from transaction in _transactions.Values
            from step in transaction.Steps.Index()
            let held = transaction.Steps.Take(step.Index).SelectMany(earlier => earlier.Locks).Where(places.ContainsKey).ToHashSet()
            from taken in step.Item.Locks.Where(name => places.ContainsKey(name) && !held.Contains(name))
            let later = held.Where(name => places[name] > places[taken]).ToList()
            where later.Count > 0
            select $"{taken} is taken after {string.Join(", ", later)}: {step.Item.Statement}";
        return [.. unlisted.Concat(turned).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns what a statement locks: the tables whose rows it changes or locks, and the keys of advisory locks.</summary>
    public static IReadOnlyList<string> Find(string statement) =>
    [
        .. Locks().Matches(statement).Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value)
            .Where(name => !_temporary.Any(temporary => name.StartsWith(temporary, StringComparison.Ordinal))).Distinct(),
    ];

    public void Dispose()
    {
        _listener.Dispose();
        _observer.Dispose();
    }

    private void Record(Activity statement)
    {
        if (statement.GetTagItem("db.namespace") as string != _database || statement.GetTagItem("db.query.text") is not string text) return;
        if (text.Contains("hangfire", StringComparison.OrdinalIgnoreCase)) return; // has transactions of its own
        var locks = Find(text);
        if (locks.Count == 0) return;
        var transaction = Current((int)statement.GetTagItem("db.npgsql.connection_id")!) is { } id ? _transactions.GetOrAdd(id, _ => new Transaction()) : new Transaction();
        lock (transaction) transaction.Steps.Add((text, locks));
        foreach (string name in locks) _taken.Enqueue((name, transaction));
    }

    /// <summary>Returns the transaction of a connection; null when its last statement was one of its own.</summary>
    private string? Current(int process)
    {
        using var query = _observer.CreateCommand("SELECT virtualtransaction FROM pg_locks WHERE pid = $1 AND locktype = 'virtualxid' AND granted");
        query.Parameters.AddWithValue(process);
        return (string?)query.ExecuteScalar();
    }

    /// <summary>An insertion takes a lock where it may meet a row of another transaction.</summary>
    [GeneratedRegex("""
        \bLOCK\ TABLE\ (\w+)
        | pg_advisory_xact_lock(?:_shared)?\((\d+(?:,\ \d+)?)
        | \bUPDATE\ (?!SET\b)(?:ONLY\ )?(\w+)\ (?:AS\ \w+\ )?SET\b
        | \bDELETE\ FROM\ (\w+)
        | \bINSERT\ INTO\ (\w+)(?=[^;]*\bON\ CONFLICT\b)
        | \bFROM\ (\w+)(?=(?:(?!\bFROM\b)[^;])*\bFOR\ (?:NO\ KEY\ UPDATE|UPDATE|KEY\ SHARE|SHARE)\b)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Locks();

    private sealed class Transaction
    {
        public List<(string Statement, IReadOnlyList<string> Locks)> Steps { get; } = [];
    }
}
