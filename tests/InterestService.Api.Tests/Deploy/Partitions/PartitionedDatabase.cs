using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Tests.Deploy.Partitions;

/// <summary>A database of one test, with the script of <c>deploy/partitions</c> and what the service does for partitions.</summary>
internal sealed class PartitionedDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;

    private PartitionedDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        _database = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    /// <summary>Creates a database whose events are in one table.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="settings">Further settings of the connections.</param>
    public static async Task<PartitionedDatabase> CreatePlainAsync(PostgresFixture postgres, string settings = "") =>
        new(await postgres.CreateDatabaseAsync() + settings);

    /// <summary>Creates a database without events, with partitions by month from a month in the past until some months ahead.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="first">First day of the first month.</param>
    public static async Task<PartitionedDatabase> CreateAsync(PostgresFixture postgres, string first)
    {
        var database = await CreatePlainAsync(postgres);
        (await database.PartitionAsync()).AssertSucceeded();
        await database.ExecuteAsync($"""
            ALTER TABLE events DETACH PARTITION events_before;
            ALTER TABLE events DETACH PARTITION events_after;
            ALTER TABLE events ATTACH PARTITION events_before FOR VALUES FROM (MINVALUE) TO ('{first} UTC');
            ALTER TABLE events ATTACH PARTITION events_after FOR VALUES FROM ('{first} UTC') TO (MAXVALUE);
            """);
        await database.KeepAsync();
        return database;
    }

    /// <summary>Runs the script of the operator.</summary>
    public async Task<ExternalProgram> PartitionAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(ConnectionString);
        return await ExternalProgram.RunAsync(
            "env",
            [
                $"PGHOST={server.Host}", $"PGPORT={server.Port}", $"PGUSER={server.Username}", $"PGPASSWORD={server.Password}", $"PGDATABASE={server.Database}",
                "psql", "--no-psqlrc", $"--file={Repository.File("deploy/partitions/events.sql")}",
            ]);
    }

    /// <summary>Does what the service does once an hour.</summary>
    /// <param name="days">Days of the retention; 0: none.</param>
    /// <param name="now">Time of the service's clock; null: now.</param>
    public async Task KeepAsync(int days = 0, DateTimeOffset? now = null)
    {
        using var service = new EventPartitions(
            _database, Options.Create(new EventRetentionOptions { EventDays = days }), new Clock(now ?? DateTimeOffset.UtcNow), NullLogger<EventPartitions>.Instance);
        await service.KeepAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Does what the service does once a day.</summary>
    /// <returns>The number of events that are deleted.</returns>
    public async Task<long> RemoveAsync(int days)
    {
        using var service = new EventRetention(
            _database, Options.Create(new EventRetentionOptions { EventDays = days }), TimeProvider.System, NullLogger<EventRetention>.Instance);
        return await service.RemoveAsync(TestContext.Current.CancellationToken);
    }

    public async Task<NpgsqlConnection> OpenAsync() => await _database.OpenConnectionAsync(TestContext.Current.CancellationToken);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the rows of a query, each as text with its columns separated by a space.</summary>
    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column))));
        return rows;
    }

    /// <summary>Reads the partitions that have events, with their numbers.</summary>
    public Task<List<string>> CountAsync() => ReadAsync("SELECT tableoid::regclass::text, count(*) FROM events GROUP BY 1 ORDER BY 1");

    /// <summary>Reads the names of the partitions.</summary>
    public Task<List<string>> PartitionsAsync() => ReadAsync("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1");

    /// <summary>Reads what the events are, in the order of users and times.</summary>
    public Task<List<string>> EventsAsync() => ReadAsync("""
        SELECT (user_id, occurred_at, event_key, item_id, event_type, value, query, source, event_id, recommendation_id, categories)::text
        FROM events ORDER BY user_id, occurred_at, event_key
        """);

    /// <summary>Adds an event without an event id, of the item <c>item</c>.</summary>
    /// <param name="user">The user.</param>
    /// <param name="time">SQL of the time.</param>
    public Task AddAsync(string user, string time) => ExecuteAsync(
        $"INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type) VALUES ('{user}', {time}, gen_random_uuid(), 0, 'item', 'view')");

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>A clock that stands still; its timers run.</summary>
    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
