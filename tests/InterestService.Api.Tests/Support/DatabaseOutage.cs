using Npgsql;

namespace InterestService.Api.Tests.Support;

/// <summary>A time during which a database accepts no connections; what was connected has been disconnected.</summary>
internal sealed class DatabaseOutage : IAsyncDisposable
{
    private readonly NpgsqlConnection _admin;
    private readonly string _database;

    private DatabaseOutage(NpgsqlConnection admin, string database) => (_admin, _database) = (admin, database);

    public static async Task<DatabaseOutage> BeginAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var outage = new DatabaseOutage(
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", SearchPath = null, Pooling = false }.ConnectionString),
            settings.Database!);
        await outage._admin.OpenAsync(TestContext.Current.CancellationToken);
        await outage.ExecuteAsync($"ALTER DATABASE {outage._database} ALLOW_CONNECTIONS false");
        // A session ends some time after it is told to, and one that was just being opened appears late.
        await Wait.UntilAsync(async () => await outage.ExecuteAsync(
            $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{outage._database}'") is 0L);
        return outage;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"ALTER DATABASE {_database} ALLOW_CONNECTIONS true");
        await _admin.DisposeAsync();
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _admin);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
