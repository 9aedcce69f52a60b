using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace InterestService.Api.Tests.Support;

/// <summary>One PostgreSQL server for all tests, started when the first test asks for a database.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string Template = "migrated";

    private readonly TestFolder _folder = new();
    private readonly Lazy<Task<EmbeddedServer>> _server;
    private readonly SemaphoreSlim _creating = new(1); // a template must not be in use when it is copied
    private int _databases;

    public PostgresFixture() => _server = new(StartAsync);

    /// <summary>Creates a database that has all tables and no rows, and returns its connection string.</summary>
    public Task<string> CreateDatabaseAsync() => CreateAsync($"TEMPLATE {Template} STRATEGY file_copy");

    /// <summary>Creates a database without tables and returns its connection string.</summary>
    public Task<string> CreateEmptyDatabaseAsync() => CreateAsync("");

    private async Task<string> CreateAsync(string how)
    {
        var server = await _server.Value;
        await _creating.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            string name = $"test_{++_databases}";
            await ExecuteAsync(server, $"CREATE DATABASE {name} {how}");
            // Hangfire's pools outlast their hosts: hundreds of databases would take all connections of the server.
            return $"{Named(server, name)};Connection Idle Lifetime=5;Connection Pruning Interval=2";
        }
        finally
        {
            _creating.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await _server.Value.Result.DisposeAsync();
        _folder.Dispose();
        _creating.Dispose();
    }

    private async Task<EmbeddedServer> StartAsync()
    {
        var server = await EmbeddedServer.StartAsync(_folder.Path, NullLogger.Instance, CancellationToken.None);
        await ExecuteAsync(server, $"CREATE DATABASE {Template}");
        await using var app = Program.Build(
        [
            "--environment=Development", $"--ConnectionStrings:Postgres={Named(server, Template)};Pooling=false", "--Serilog:MinimumLevel:Default=Error",
        ]);
        var database = app.Services.GetRequiredService<Database>();
        await database.OpenAsync(CancellationToken.None);
        await database.MigrateAsync(CancellationToken.None);
        return server;
    }

    private static async Task ExecuteAsync(EmbeddedServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        // Copying a template waits for a checkpoint, with the writes of all tests that run beside this one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Wait.Limit.TotalSeconds };
        await command.ExecuteNonQueryAsync();
    }

    private static string Named(EmbeddedServer server, string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database, Timeout = 60 }.ConnectionString;
}
