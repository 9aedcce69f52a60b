using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobServerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_lock_of_a_process_that_died_while_it_changed_a_job_keeps_no_worker_waiting_for_long()
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        // Hangfire gives its jobs consecutive numbers.
        await using (var die = database.CreateCommand("INSERT INTO hangfire.lock (resource, acquired) VALUES ('hangfire:job:1:state-lock', now() AT TIME ZONE 'UTC')"))
        {
            await die.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal("succeeded", (string?)done["state"]);
    }
}
