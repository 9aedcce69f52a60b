using InterestService.Api.Storage;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

public sealed class ArrivalsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Arrivals_of_an_upload_are_not_settled_before_its_commit()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await using NpgsqlConnection slow = await OpenAsync(database), quick = await OpenAsync(database), reader = await OpenAsync(database);
        Assert.Equal((0, 0), await Arrivals.ReadAsync(reader, TestContext.Current.CancellationToken));
        await using var first = await DrawAsync(slow);
        await using (var second = await DrawAsync(quick))
        {
            Assert.Equal((2, 0), await Arrivals.ReadAsync(reader, TestContext.Current.CancellationToken));
            await second.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((2, 0), await Arrivals.ReadAsync(reader, TestContext.Current.CancellationToken));
        await first.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, 2), await Arrivals.ReadAsync(reader, TestContext.Current.CancellationToken));
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource database) =>
        await database.OpenConnectionAsync(TestContext.Current.CancellationToken);

    private static async Task<NpgsqlTransaction> DrawAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        foreach (string sql in new[] { Arrivals.AnnounceSql, $"SELECT nextval('{InterestDbContext.ArrivalSequence}')" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        return transaction;
    }
}
