using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Streams;

/// <summary>Members of the consumer group that come, go and are killed.</summary>
public sealed class ConsumerGroupTests(PostgresFixture postgres)
{
    private const int Partitions = 4;

    /// <summary>The mock waits nearly as long for the members whenever one joins or leaves.</summary>
    private const string ShortSession = "Settings:session.timeout.ms=3000", Heartbeat = "Settings:heartbeat_interval_ms=100";

    [Theory]
    [InlineData("range")]
    [InlineData("cooperative-sticky")]
    public async Task Members_come_and_go_and_each_event_is_stored_once(string strategy)
    {
        using var kafka = new MockKafka(Partitions);
        string database = await postgres.CreateDatabaseAsync();
        string[] settings = ["BatchSize=10", ShortSession, Heartbeat, $"Settings:partition.assignment.strategy={strategy}"];
        int sent = 0;
        var first = await StreamHost.StartAsync(kafka, database, settings);
        await SendAsync(200);
        await Wait.UntilAsync(() => Task.FromResult(first.Read("interestservice.stream.messages") > 20));

        await using var second = await StreamHost.StartAsync(kafka, database, settings);
        await Wait.UntilAsync(async () =>
        {
            await SendAsync(1); // only new messages are left for the other one
            return second.Read("interestservice.stream.messages") > 0;
        });
        Assert.Equal(0, kafka.CountRequests(MockKafka.LeaveGroup));
        await first.DisposeAsync();
        Assert.Equal(1, kafka.CountRequests(MockKafka.LeaveGroup));
        await SendAsync(200);
        await second.StoredAsync(sent);
        await Wait.UntilAsync(async () =>
        {
            long committed = 0;
            for (int partition = 0; partition < Partitions; partition++) committed += await kafka.ReadCommittedAsync(partition);
            return committed == sent;
        });
        Assert.Equal(sent, (await second.ReadItemsAsync()).Distinct().Count());
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
        string[] settings = [ShortSession, Heartbeat];
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = database, ["InterestService__Role"] = "worker" };
        var (worker, address) = await LoggedProcess.StartAsync(environment, kafka.Settings(settings));
        await using (worker)
        {
            using var client = new HttpClient { BaseAddress = address };
            await Wait.UntilAsync(async () => (await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
            kafka.RefuseCommits();
            for (int i = 0; i < Events; i++) await kafka.SendAsync(StreamHost.Event(i), i % Partitions);
            await StreamHost.StoredAsync(database, Events);
            await worker.KillAsync();
        }

        kafka.AcceptCommits();
        for (int partition = 0; partition < Partitions; partition++) Assert.Equal(-1, await kafka.ReadCommittedAsync(partition));
        await using var next = await StreamHost.StartAsync(kafka, database, settings);
        await kafka.SendAsync(StreamHost.Event(Events));
        await next.StoredAsync(Events + 1);
        await Wait.UntilAsync(() => Task.FromResult(next.Read("interestservice.stream.rows", "result=duplicate") == Events));
        Assert.Equal(1, next.Read("interestservice.stream.rows", "result=accepted"));
    }

    [Fact]
    public async Task Partitions_that_come_back_are_read_although_reading_had_paused_when_they_left()
    {
        const int Events = 40;
        using var kafka = new MockKafka(Partitions);
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StreamHost.StartAsync(kafka, database, ShortSession, Heartbeat, "BatchSize=2");
        await kafka.SendAsync(StreamHost.Event(0));
        await host.StoredAsync(1);
        await using (await DatabaseOutage.BeginAsync(database))
        {
            for (int i = 1; i < Events; i++) await kafka.SendAsync(StreamHost.Event(i), i % Partitions);
            await Wait.UntilAsync(() => Task.FromResult(host.Read("interestservice.stream.retries") >= 4));
            await kafka.JoinAndLeaveAsync(ShortSession, Heartbeat);
        }

        await host.StoredAsync(Events);
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync(Partitions - 1) == Events / Partitions);
    }
}
