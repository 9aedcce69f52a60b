using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Hosting.Databases;

public sealed class ReadReplicaTests(StreamingReplica servers, PostgresFixture postgres) : IClassFixture<StreamingReplica>, IAsyncLifetime
{
    private const string Reads = "interestservice.database.reads";

    private ApiHost _host = null!;
    private TestMeters _meters = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync(servers.Replica);
        _meters = new TestMeters(_host.Services.GetRequiredService<IMeterFactory>());
    }

    public async ValueTask DisposeAsync()
    {
        _meters.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_current_replica_answers_reads_of_many_rows_as_the_primary_does()
    {
        string[] clusterings = [await ClusterAsync(1), await ClusterAsync(2)];
        await using var other = await ApiHost.StartAsync(servers.Primary);
        string[] reads =
        [
            "/events/statistics", "/feedback", "/users/cook-2/cluster-history", "/users/cook-2/interests", $"/clusterings/{clusterings[0]}/map",
            $"/clusterings/{clusterings[0]}/compare/{clusterings[1]}", $"/clusterings/{clusterings[1]}/assignments",
            $"/clusterings/{clusterings[1]}/clusters", $"/clusterings/{clusterings[1]}/interests",
        ];
        foreach (string read in reads)
        {
            double before = _meters.Read(Reads, "server=replica");
            Assert.Equal(await ReadAsync(other, read), await ReadAsync(_host, read));
            Assert.True(_meters.Read(Reads, "server=replica") == before + 1, read);
        }

        Assert.Equal(0, _meters.Read(Reads, "server=primary"));
        Assert.True(await ReadsReplicaAsync());
    }

    [Fact]
    public async Task A_read_sees_every_write_before_it_while_the_replica_stands_still()
    {
        string clustering = await ClusterAsync(3);
        await servers.OnReplicaAsync("SELECT true FROM pg_wal_replay_pause()");
        try
        {
            await Wait.UntilAsync(async () => (string?)await servers.OnReplicaAsync("SELECT pg_get_wal_replay_pause_state()") == "paused");
            await _host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-4");
            Assert.True((bool)(await servers.OnReplicaAsync("SELECT EXISTS (SELECT FROM events WHERE user_id = 'hiker-4')"))!);
            Assert.Equal(HttpStatusCode.NotFound, (await _host.Client.CallAsync(HttpMethod.Get, "/users/hiker-4/interests")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await _host.Client.CallAsync(HttpMethod.Get, "/users/hiker-4/cluster-history")).Status);
            Assert.DoesNotContain("\"hiker-4\"", await ReadAsync(_host, $"/clusterings/{clustering}/assignments"), StringComparison.Ordinal);
            Assert.DoesNotContain("\"hiker-4\"", await ReadAsync(_host, $"/clusterings/{clustering}/map"), StringComparison.Ordinal);
            Assert.False(await ReadsReplicaAsync());
            Assert.Equal(0, _meters.Read(Reads, "server=replica"));

            await _host.Client.UploadAsync(PlantedEvents.Create().Take(8).Select((_, i) => new { userId = "late", itemId = $"item-{i}", eventType = "view", timestamp = "2024-03-09T00:00:00Z" }));
            Assert.Equal("late", (string?)JsonNode.Parse(await ReadAsync(_host, "/users/late/interests"))!["userId"]);
        }
        finally
        {
            await servers.OnReplicaAsync("SELECT true FROM pg_wal_replay_resume()");
        }

        await Wait.UntilAsync(ReadsReplicaAsync);
    }

    [Fact]
    public async Task The_primary_answers_while_the_replica_is_away_or_frozen()
    {
        await _host.Client.UploadAsync(PlantedEvents.Create());
        await servers.StopReplicaAsync();
        Assert.Equal(HttpStatusCode.OK, (await _host.Client.CallAsync(HttpMethod.Get, "/users/cook-1/interests")).Status);
        Assert.Equal(1, _meters.Read(Reads, "server=primary"));
        await Wait.UntilAsync(() => Task.FromResult(_meters.Read("interestservice.database.replica.up") == 0));
        Assert.Equal(HttpStatusCode.OK, (await _host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status);
        await servers.RestartReplicaAsync();
        await Wait.UntilAsync(ReadsReplicaAsync);

        await servers.SignalReplicaAsync("STOP");
        try
        {
            Assert.Equal(HttpStatusCode.OK, (await _host.Client.CallAsync(HttpMethod.Get, "/users/cook-1/interests")).Status);
        }
        finally
        {
            await servers.SignalReplicaAsync("CONT");
        }

        await Wait.UntilAsync(ReadsReplicaAsync);
    }

    [Fact]
    public async Task A_read_that_a_replica_has_begun_and_does_not_end_is_answered_503()
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync(servers.Replica, app => app.MapGet("/slow", async (HttpContext http, ReadReplica database) =>
        {
            await using var connection = await database.OpenAsync(http);
            await using var query = new NpgsqlCommand("SELECT pg_sleep(2), pg_is_in_recovery()", connection);
            await using var reader = await query.ExecuteReaderAsync(CancellationToken.None);
            ended.SetResult();
            await reader.ReadAsync(CancellationToken.None);
            return reader.GetBoolean(1) ? "replica" : "primary";
        }).AllowAnonymous());
        await Wait.UntilAsync(() => ReadsReplicaAsync(host));
        var call = host.Client.CallAsync(HttpMethod.Get, "/slow");
        await Wait.UntilAsync(async () => (bool)(await servers.OnReplicaAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"))!);
        await servers.SignalReplicaAsync("STOP");
        try
        {
            var (status, _, response) = await call;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.NotNull(response.Headers.RetryAfter);
        }
        finally
        {
            await servers.SignalReplicaAsync("CONT");
        }

        await ended.Task; // the query has gone on
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_is_no_replica_of_the_primary_is_not_read(bool same)
    {
        await using var host = await StartAsync(same ? servers.Primary : await postgres.CreateDatabaseAsync());
        Assert.False(await ReadsReplicaAsync(host));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/events/statistics")).Status);
    }

    private Task<ApiHost> StartAsync(string replica) => StartAsync(replica, _ => { });

    private Task<ApiHost> StartAsync(string replica, Action<WebApplication> map) =>
        ApiHost.StartAsync(servers.Primary, map, $"--ConnectionStrings:PostgresRead={replica}", ApiHost.Alone);

    private Task<bool> ReadsReplicaAsync() => ReadsReplicaAsync(_host);

    private static async Task<bool> ReadsReplicaAsync(ApiHost host)
    {
        await using var connection = await host.Services.GetRequiredService<ReadReplica>().OpenAsync(new DefaultHttpContext());
        await using var query = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
        return await query.ExecuteScalarAsync(Cancellation) is true;
    }

    private async Task<string> ClusterAsync(int seed)
    {
        await _host.Client.UploadAsync(PlantedEvents.Create());
        var clustering = await _host.Client.ClusterAsync(PlantedEvents.Request(seed: seed));
        Assert.Equal("succeeded", (string?)clustering["state"]);
        return (string)clustering["id"]!;
    }

    private static async Task<string> ReadAsync(ApiHost host, string path)
    {
        var response = await host.Client.GetAsync(path, Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
