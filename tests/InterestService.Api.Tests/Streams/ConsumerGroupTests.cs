using InterestService.Api.Tests.Hosting.Telemetry;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Streams;

/// <summary>Members of the consumer group that come, go and are killed.</summary>
public sealed class ConsumerGroupTests(PostgresFixture postgres)
{
    private const int Partitions = 4;

    /// <summary>Longer than any test: a member that does not leave keeps its partitions.</summary>
    private const string NoExpiry = "Settings:session.timeout.ms=3600000";

    [Theory]
    [InlineData("range")]
    [InlineData("cooperative-sticky")]
    public async Task Members_come_and_go_and_each_event_is_stored_once(string strategy)
    {
        const int Events = 600;
        using var kafka = new MockKafka(Partitions);
        string database = await postgres.CreateDatabaseAsync();
        string[] settings = ["BatchSize=10", NoExpiry, "Settings:max_poll_interval_ms=3600000", "Settings:heartbeat.interval.ms=100", $"Settings:partition.assignment.strategy={strategy}"];
        int sent = 0;
        var first = await StreamHost.StartAsync(kafka, database, settings);
        await SendAsync(Events / 3);
        await Wait.UntilAsync(() => Task.FromResult(first.Read("interestservice.stream.messages") > 20));

        await using var second = await StreamHost.StartAsync(kafka, database, settings);
        await Wait.UntilAsync(async () =>
        {
            if (sent < Events * 2 / 3) await SendAsync(4);
            return sent >= Events * 2 / 3 && second.Read("interestservice.stream.messages") > 0;
        });
        await first.DisposeAsync(); // it leaves the group, and the other one has all partitions
        await SendAsync(Events - sent);
        await second.StoredAsync(Events);
        await Wait.UntilAsync(async () =>
        {
            long committed = 0;
            for (int partition = 0; partition < Partitions; partition++) committed += await kafka.ReadCommittedAsync(partition);
            return committed == Events;
        });
        Assert.Equal(Events, (await second.ReadItemsAsync()).Distinct().Count());
        Assert.Equal(0, await kafka.CountDeadLettersAsync());

        async Task SendAsync(int count)
        {
            for (int i = 0; i < count; i++, sent++) await kafka.SendAsync(StreamHost.Event(sent), sent % Partitions);
        }
    }

    [Fact]
    public async Task A_member_that_is_killed_between_the_commits_of_the_database_and_of_the_offsets_costs_nothing()
    {
        const int Events = 50;
        using var kafka = new MockKafka(Partitions);
        string database = await postgres.CreateDatabaseAsync();
        for (int i = 0; i < Events; i++) await kafka.SendAsync(StreamHost.Event(i), i % Partitions);
        kafka.RefuseCommits();
        string[] settings = kafka.Settings("Settings:session.timeout.ms=6000");
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = database, ["InterestService__Role"] = "worker" };
        var (worker, _) = await LoggedProcess.StartAsync(environment, settings);
        await using (worker)
        {
            await using var observer = await StreamHost.StartAsync(kafka, database, "GroupId=nobody", "Topic=another");
            await observer.StoredAsync(Events);
            await worker.KillAsync();
        }

        kafka.AcceptCommits();
        for (int partition = 0; partition < Partitions; partition++) Assert.Equal(-1, await kafka.ReadCommittedAsync(partition));
        await using var next = await StreamHost.StartAsync(kafka, database, "Settings:session.timeout.ms=6000");
        await kafka.SendAsync(StreamHost.Event(Events));
        await next.StoredAsync(Events + 1);
        await Wait.UntilAsync(() => Task.FromResult(next.Read("interestservice.stream.rows", "result=duplicate") == Events));
        Assert.Equal(1, next.Read("interestservice.stream.rows", "result=accepted"));
    }
}
