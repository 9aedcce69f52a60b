using InterestService.Api.Hosting.EmbeddedPostgres;
using InterestService.Api.Tests.Hosting;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace InterestService.Api.Tests.Support;

/// <summary>One PostgreSQL for all tests, started when the first asks for a database.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly EmbeddedPostgresFolder _folder = new();
    private readonly Lazy<Task<EmbeddedServer>> _server;
    private int _databases;

    public PostgresFixture() =>
        _server = new(() => EmbeddedServer.StartAsync(_folder.Path, NullLogger.Instance, CancellationToken.None));

    /// <returns>The connection string of a fresh, empty database.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await _server.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await _server.Value.Result.DisposeAsync();
        _folder.Dispose();
    }
}
