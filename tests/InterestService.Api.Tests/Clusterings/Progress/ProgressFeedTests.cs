using System.Diagnostics;
using System.Net;
using System.Text;
using InterestService.Api.Clusterings.Progress;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Progress;

/// <summary>The stream of a clustering that is written by another process than the one that is asked: rows change, and no job runs here.</summary>
public sealed class ProgressFeedTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_lost_connection_continues_at_another_replica_without_a_loss_or_a_repetition()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new StoredClusterings(source);
        await using var one = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await using var two = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        Guid id = await rows.AddAsync("running");
        string location = $"/clusterings/{id}";
        await SetAsync(rows, id, "progress = 0.1, stage = 'encode', loss = 3.5, epoch = 2, recall_at10 = 0.25, started_at = now() - interval '10 s'");

        long seen;
        using (var listener = await ProgressListener.OpenAsync(one, location))
        {
            var (first, data) = (await listener.NextAsync())!.Value;
            Assert.Equal(2, first); // the latest of what there is
            Assert.Equal((3.5, .25, 2), ((double)data["loss"]!, (double)data["recallAt10"]!, (int)data["epoch"]!));
            Assert.InRange((double)data["secondsLeft"]!, 85, 100);
            await SetAsync(rows, id, "progress = 0.2");
            seen = (await listener.NextAsync())!.Value.Id;
        }

        await SetAsync(rows, id, "progress = 0.3");
        await SetAsync(rows, id, "progress = 0.4");
        using var again = await ProgressListener.OpenAsync(two, location, seen);
        foreach (long missed in new long[] { 4, 5 }) Assert.Equal(missed, (await again.NextAsync())!.Value.Id);
        await SetAsync(rows, id, "events = 7"); // says nothing of the progress
        await SetAsync(rows, id, "progress = 1, stage = 'save', loss = NULL, state = 'succeeded'");
        var (last, final) = Assert.Single(await again.ReadToEndAsync());
        Assert.Equal((6, "succeeded"), (last, (string)final["state"]!));

        // Now that it is over, too; and EventSource, which reconnects by itself, is told to stop.
        foreach (var host in new[] { one, two })
        {
            for (long from = 0; from < last; from++)
                Assert.Equal(Enumerable.Range((int)from + 1, (int)(last - from)).Select(n => (long)n), (await ProgressListener.ReadAllAsync(host, location, from)).Select(e => e.Id));
            var (status, _, _) = await host.Client.CallAsync(HttpMethod.Get, $"{location}/progress", null, ("Last-Event-ID", $"{last}"));
            Assert.Equal(HttpStatusCode.NoContent, status);
        }
    }

    [Fact]
    public async Task Many_listeners_cost_as_many_queries_as_one()
    {
        const int listeners = 200;
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new StoredClusterings(source);
        await using var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        Guid id = await rows.AddAsync("running");
        int queries = 0;
        string name = new NpgsqlConnectionStringBuilder(database).Database!;
        using var counter = new ActivityListener
        {
            ShouldListenTo = activities => activities.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(tag => tag.Value as string).ToList();
                if (tags.Contains(name) && tags.Any(text => text?.Contains("followed (id, after)", StringComparison.Ordinal) is true)) Interlocked.Increment(ref queries);
            },
        };
        ActivitySource.AddActivityListener(counter);
        var time = Stopwatch.StartNew();
        var followed = await Task.WhenAll(Enumerable.Range(0, listeners).Select(_ => ProgressListener.OpenAsync(host, $"/clusterings/{id}")));
        var ends = followed.Select(listener => listener.ReadToEndAsync()).ToList();
        for (int n = 1; n <= 5; n++)
        {
            await SetAsync(rows, id, $"progress = 0.{n}");
            await Task.Delay(ProgressFeed.Interval, TestContext.Current.CancellationToken);
        }

        await SetAsync(rows, id, "state = 'failed'");
        foreach (var events in await Task.WhenAll(ends))
        {
            Assert.Equal(Enumerable.Range(1, 7).Select(n => (long)n), events.Select(e => e.Id));
            Assert.Equal("failed", (string?)events[^1].Data["state"]);
        }

        // A round for each interval, and one for the first listener.
        Assert.InRange(queries, 2, time.Elapsed / ProgressFeed.Interval + 2);
        foreach (var listener in followed) listener.Dispose();
        int after = queries;
        await Task.Delay(3 * ProgressFeed.Interval, TestContext.Current.CancellationToken);
        Assert.Equal(after, queries); // nobody listens
    }

    [Fact]
    public async Task The_last_thousand_events_are_kept()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new StoredClusterings(source);
        await using var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        Guid id = await rows.AddAsync("running");
        await rows.ExecuteAsync($"""
            DO $$ BEGIN
                FOR n IN 1 .. 1233 LOOP UPDATE clusterings SET progress = n / 1234.0 WHERE id = '{id}'; END LOOP;
                UPDATE clusterings SET state = 'canceled' WHERE id = '{id}';
            END $$
            """);
        var kept = await ProgressListener.ReadAllAsync(host, $"/clusterings/{id}", lastEventId: 3);
        Assert.Equal(Enumerable.Range(1235 - ProgressEvent.Kept + 1, ProgressEvent.Kept).Select(n => (long)n), kept.Select(e => e.Id));
    }

    [Fact]
    public async Task Who_comes_while_the_host_stops_is_sent_away()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await host.Client.AssertProblemAsync(
            HttpStatusCode.ServiceUnavailable, HttpMethod.Get, $"/clusterings/{await new StoredClusterings(source).AddAsync("running")}/progress");
    }

    [Fact]
    public async Task Listeners_outlast_the_database_and_leave_with_the_host()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new StoredClusterings(source);
        Guid ended = await rows.AddAsync("running"), open = await rows.AddAsync("running");
        ProgressListener staying;
        await using (var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api"))
        {
            using var listener = await ProgressListener.OpenAsync(host, $"/clusterings/{ended}");
            await listener.NextAsync();
            await using (await DatabaseOutage.BeginAsync(database))
                await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, $"/clusterings/{open}/progress");
            await Wait.UntilAsync(async () =>
            {
                try
                {
                    await SetAsync(rows, ended, "state = 'succeeded'");
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false; // a connection that was broken meanwhile
                }
            });
            Assert.Equal("succeeded", (string?)Assert.Single(await listener.ReadToEndAsync()).Data["state"]);
            staying = await ProgressListener.OpenAsync(host, $"/clusterings/{open}");
        }

        using (staying) Assert.Single(await staying.ReadToEndAsync());
    }

    [Fact]
    public async Task A_silent_stream_has_a_heartbeat()
    {
        var time = new FakeTimeProvider();
        var topic = new ProgressTopic(Guid.NewGuid());
        topic.Add([ProgressFrame.Create(1, ClusteringProgress.At(JobState.Running, "load", .01, 1))]);
        using var body = new MemoryStream();
        var writing = ProgressStream.WriteAsync(body, topic, null, time, TestContext.Current.CancellationToken);
        time.Advance(ProgressStream.Heartbeat - TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(": heartbeat", Text(), StringComparison.Ordinal);
        await Wait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Text().Contains("\n\n: heartbeat\n\n", StringComparison.Ordinal));
        });
        topic.Add([ProgressFrame.Create(2, ClusteringProgress.At(JobState.Canceled, "load", .01, 1))]);
        await writing;
        Assert.EndsWith("""
            id: 2
            data: {"state":"canceled","stage":"load","progress":0.01,"loss":null,"recallAt10":null,"epoch":null,"secondsLeft":0}


            """.ReplaceLineEndings("\n"), Text(), StringComparison.Ordinal);

        string Text() => Encoding.UTF8.GetString(body.ToArray());
    }

    private static Task<object?> SetAsync(StoredClusterings rows, Guid id, string assignments) =>
        rows.ExecuteAsync($"UPDATE clusterings SET {assignments} WHERE id = '{id}'");
}
