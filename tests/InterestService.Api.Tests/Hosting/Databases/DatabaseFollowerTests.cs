using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Api.Tests.Hosting.Databases;

public sealed class DatabaseFollowerTests(PostgresFixture postgres)
{
    private const string Channel = "test_changes";

    [Fact]
    public async Task A_change_that_is_announced_while_the_database_is_read_is_read_without_waiting()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateEmptyDatabaseAsync());
        await using var announce = database.CreateCommand($"NOTIFY {Channel}");
        using var follower = new Follower(database, announce);
        await follower.StartAsync(TestContext.Current.CancellationToken);
        await follower.ReadAgain.WaitAsync(Wait.Limit, TestContext.Current.CancellationToken);
        await follower.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A follower whose first read misses a change, and which reads nothing by itself in the time of a test.</summary>
    private sealed class Follower(NpgsqlDataSource database, NpgsqlCommand announce) : DatabaseFollower(database, Channel, NullLogger.Instance)
    {
        private readonly TaskCompletionSource _readAgain = new();
        private int _reads;

        public Task ReadAgain => _readAgain.Task;

        protected override TimeSpan Interval => 2 * Wait.Limit;

        protected override async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
        {
            if (++_reads == 2) _readAgain.SetResult();
            await using var view = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
            await using var read = new NpgsqlCommand("SELECT 1", connection);
            await read.ExecuteScalarAsync(cancellation);
            if (_reads == 1) await announce.ExecuteNonQueryAsync(cancellation);
        }
    }
}
