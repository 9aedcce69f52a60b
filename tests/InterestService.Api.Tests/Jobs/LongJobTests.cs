using System.Net;
using System.Net.Sockets;
using Hangfire.PostgreSql;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class LongJobTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _invisible = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_job_more_than_three_times_as_long_as_the_queue_hides_it_is_taken_once()
    {
        string database = await postgres.CreateDatabaseAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0); // accepts the request for labels and never answers it
        silent.Start();
        string[] labels =
        [
            $"--InterestService:Labels:Endpoint=http://{silent.LocalEndpoint}/v1",
            $"--InterestService:Labels:TimeoutSeconds={(int)(3.2 * _invisible.TotalSeconds)}",
        ];
        await using var host = await ApiHost.StartAsync(database, HideShortly, labels);
        await using var other = await ApiHost.StartAsync(database, HideShortly, labels);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var clustering = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal(("succeeded", 0), ((string?)clustering["state"], (int)clustering["interruptions"]!));
        await using var source = NpgsqlDataSource.Create(database);
        await using var taken = source.CreateCommand("SELECT count(*), max(extract(epoch FROM finished_at - started_at))::float8 FROM hangfire.state, clusterings WHERE name = 'Processing'");
        await using var reader = await taken.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, reader.GetInt64(0));
        Assert.InRange(reader.GetDouble(1), 3 * _invisible.TotalSeconds, double.MaxValue);
    }

    private static void HideShortly(WebApplication app) =>
        app.Services.GetRequiredService<IOptions<PostgreSqlStorageOptions>>().Value.InvisibilityTimeout = _invisible;
}
