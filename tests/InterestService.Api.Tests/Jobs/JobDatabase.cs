using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

/// <summary>
/// The tables of jobs in a PostgreSQL whose clock, like that of the process, moves only when a test moves it: a schema before
/// <c>pg_catalog</c> in the search path has a <c>now()</c> of its own.
/// </summary>
internal sealed class JobDatabase : IAsyncDisposable
{
    private int _added;

    private JobDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        Kind = new JobKind(typeof(Comparison), "comparisons", (_, id) => Queued.Add(id));
        Kinds = new JobKinds([Kind]);
        Runner = new JobRunner(Database, Kinds, new JobInstruments(Meters.Factory), Time, Options.Create(new InterestServiceOptions { JobPriority = JobPriority.Normal }), NullLogger<JobRunner>.Instance);
        Sweeper = new JobSweeper(Database, Kinds, null!, Time, NullLogger<JobSweeper>.Instance);
        Store = new JobStore(null!, Database, null!, Kinds, Time);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public TestMeters Meters { get; } = new();

    /// <summary>The clock of the process.</summary>
    public FakeTimeProvider Time { get; } = new();

    public JobKind Kind { get; }

    public JobKinds Kinds { get; }

    public JobRunner Runner { get; }

    public JobSweeper Sweeper { get; }

    public JobStore Store { get; }

    /// <summary>What has been put into the queue, in order.</summary>
    public List<Guid> Queued { get; } = [];

    public static async Task<JobDatabase> CreateAsync(PostgresFixture postgres)
    {
        string plain = await postgres.CreateDatabaseAsync();
        var database = new JobDatabase(new NpgsqlConnectionStringBuilder(plain) { SearchPath = "clock,pg_catalog,public" }.ConnectionString);
        await database.ExecuteAsync("""
            CREATE SCHEMA clock;
            CREATE TABLE clock.instant AS SELECT timestamptz '2030-01-01 00:00:00Z' AS value;
            CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT value FROM clock.instant';
            """);
        return database;
    }

    public async Task<Guid> AddAsync(string state = "queued")
    {
        var id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddSeconds(++_added)); // ids are in the order of their times
        await ExecuteAsync($$"""
            INSERT INTO comparisons (id, state, progress, created_at, cancel_requested, interruptions, request, rows, events, users, items)
            VALUES ('{{id}}', '{{state}}', 0, now(), false, 0, '{}', '[]', 0, 0, 0)
            """);
        return id;
    }

    public Task<JobLease?> TakeAsync(Guid id) => JobLease.TakeAsync(Database, Time, Kind, id, TestContext.Current.CancellationToken);

    /// <summary>Moves the clock of the database alone, as if no process had been able to do anything meanwhile.</summary>
    public Task StallAsync(TimeSpan time) => ExecuteAsync($"UPDATE clock.instant SET value = value + interval '{(int)time.TotalMilliseconds} milliseconds'");

    /// <summary>Moves both clocks.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        await StallAsync(time);
        Time.Advance(time);
    }

    /// <summary>Moves both clocks and waits until a heartbeat has extended the lease by then.</summary>
    public async Task BeatAsync(Guid id, TimeSpan time)
    {
        await AdvanceAsync(time);
        await Wait.UntilAsync(async () => await ScalarAsync($"SELECT expires_at - now() FROM leases WHERE id = '{id}'") is TimeSpan left && left == Lease.Duration);
    }

    public async Task<string> StateAsync(Guid id) => (string)(await ScalarAsync($"SELECT state FROM comparisons WHERE id = '{id}'"))!;

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public Task ExecuteAsync(string sql) => ScalarAsync(sql);

    public ValueTask DisposeAsync()
    {
        Meters.Dispose();
        return Database.DisposeAsync();
    }
}

/// <summary>A worker's transaction that saves the result of a job.</summary>
internal sealed class Save(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    /// <summary>Begins the transaction and ensures that the lease is held.</summary>
    public static async Task<Save> BeginAsync(JobDatabase database, JobLease lease)
    {
        var connection = await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var save = new Save(connection, await connection.BeginTransactionAsync(TestContext.Current.CancellationToken));
        try
        {
            await lease.EnsureHeldAsync(connection, TestContext.Current.CancellationToken);
            await using var store = new NpgsqlCommand($"UPDATE comparisons SET state = 'succeeded', items = items + 1 WHERE id = '{lease.Id}'", connection);
            await store.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return save;
        }
        catch
        {
            await save.DisposeAsync();
            throw;
        }
    }

    public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
