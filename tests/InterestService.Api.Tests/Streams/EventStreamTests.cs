using System.Net;
using System.Text;
using InterestService.Api.Streams;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace InterestService.Api.Tests.Streams;

public sealed class EventStreamTests(PostgresFixture postgres)
{
    private const string NoUser = """{"itemId":"book-2","eventType":"read","timestamp":"2024-06-01T10:00:00Z"}""";
    private const string BadTime = """{"userId":"reader-3","itemId":"book-3","eventType":"read","timestamp":"last June"}""";

    [Fact]
    public async Task Every_event_is_stored_once_whether_alone_or_in_an_array_repeated_or_uploaded_before()
    {
        using var kafka = new MockKafka();
        await using var host = await StreamHost.StartAsync(kafka, await postgres.CreateDatabaseAsync());
        using var uploaded = new StringContent($"[{StreamHost.Event(0)}]", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK, (await host.Api.Client.CallAsync(HttpMethod.Post, "/events", uploaded)).Status);
        for (int i = 0; i < 3; i++) await kafka.SendAsync(StreamHost.Event(i), key: "any");
        await kafka.SendAsync($"\n [{StreamHost.Event(3)}, {StreamHost.Event(4)} , {StreamHost.Event(1)}]");
        await kafka.SendAsync("[]");
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync() == 5);

        Assert.Equal(["book-0", "book-1", "book-2", "book-3", "book-4"], await host.ReadItemsAsync());
        Assert.Equal(5, host.Read("interestservice.stream.messages"));
        Assert.Equal(4, host.Read("interestservice.stream.rows", "result=accepted"));
        Assert.Equal(2, host.Read("interestservice.stream.rows", "result=duplicate"));
        Assert.Equal(0, host.Read("interestservice.stream.rows", "result=rejected"));
        Assert.Equal(0, await kafka.CountDeadLettersAsync());
        Assert.Equal("Healthy", await host.Api.Client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_refused_goes_to_the_dead_letters_with_its_place_and_the_reason_of_an_upload()
    {
        using var kafka = new MockKafka(partitions: 2);
        await using var host = await StreamHost.StartAsync(kafka, await postgres.CreateDatabaseAsync());
        string mixed = $"[{StreamHost.Event(1)}, {NoUser}, 7, {BadTime}, {StreamHost.Event(4)}]";
        await kafka.SendAsync(StreamHost.Event(9));
        await kafka.SendAsync(mixed, key: "batch-1");
        using var upload = new StringContent(mixed, Encoding.UTF8, "application/json");
        var errors = (await host.Api.Client.CallAsync(HttpMethod.Post, "/events", upload)).Body!["errors"]!.AsArray();

        var letters = await kafka.ReadDeadLettersAsync(3);
        Assert.Equal([NoUser, "7", BadTime], letters.Select(letter => letter.Value));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("batch-1", letters[i].Key);
            Assert.Equal((string?)errors[i]!["message"], letters[i].Headers["reason"]);
            Assert.Equal((string?)errors[i]!["field"], letters[i].Headers.GetValueOrDefault("field"));
            Assert.Equal(errors[i]!["index"]!.ToString(), letters[i].Headers["row"]);
            Assert.Equal((MockKafka.Topic, "0", "1"), (letters[i].Headers["source-topic"], letters[i].Headers["source-partition"], letters[i].Headers["source-offset"]));
        }

        await host.StoredAsync(3);
        Assert.Equal(3, host.Read("interestservice.stream.rows", "result=rejected"));
    }

    [Theory]
    [InlineData("""[{"userId":"reader-1","itemId":"book-1","eventType":"read","timestamp":"2024-06-01T10:00:00Z"},""", "line 1, byte ")]
    [InlineData("user_id,item_id\nreader-1,book-1", "line 1, byte 1")]
    [InlineData("\"reader-1\"", "found a single value")]
    [InlineData("", "found nothing")]
    [InlineData(null, "found nothing")]
    public async Task A_message_that_cannot_be_read_is_a_dead_letter_as_a_whole(string? message, string reason)
    {
        using var kafka = new MockKafka();
        await using var host = await StreamHost.StartAsync(kafka, await postgres.CreateDatabaseAsync());
        await kafka.SendAsync(message);
        await kafka.SendAsync(StreamHost.Event(1));
        var letter = Assert.Single(await kafka.ReadDeadLettersAsync(1));
        Assert.Equal(message ?? "", letter.Value ?? "");
        Assert.Contains(reason, letter.Headers["reason"], StringComparison.Ordinal);
        Assert.Equal("0", letter.Headers["source-offset"]);
        Assert.DoesNotContain("row", letter.Headers.Keys);
        await host.StoredAsync(1);
    }

    [Fact]
    public async Task A_message_that_PostgreSQL_refuses_is_a_dead_letter_and_holds_up_no_other_one()
    {
        using var kafka = new MockKafka();
        string database = await postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var refuse = source.CreateCommand("ALTER TABLE events ADD CONSTRAINT no_books CHECK (item_id NOT IN ('book-2', 'book-5'))"))
            await refuse.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 8; i++) await kafka.SendAsync(StreamHost.Event(i));
        await using var host = await StreamHost.StartAsync(kafka, database);

        var letters = await kafka.ReadDeadLettersAsync(2);
        Assert.Equal([StreamHost.Event(2), StreamHost.Event(5)], letters.Select(letter => letter.Value));
        Assert.Equal(["2", "5"], letters.Select(letter => letter.Headers["source-offset"]));
        Assert.All(letters, letter => Assert.StartsWith("PostgreSQL refuses it: ", letter.Headers["reason"], StringComparison.Ordinal));
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync() == 8);
        Assert.Equal(["book-0", "book-1", "book-3", "book-4", "book-6", "book-7"], await host.ReadItemsAsync());
        Assert.Equal(2, host.Read("interestservice.stream.rows", "result=rejected"));
        Assert.Equal(0, host.Read("interestservice.stream.retries"));
    }

    [Fact]
    public async Task A_dead_letter_that_would_be_too_large_has_its_headers_and_no_value()
    {
        using var kafka = new MockKafka();
        await using var host = await StreamHost.StartAsync(kafka, await postgres.CreateDatabaseAsync());
        await kafka.SendAsync(new string('x', 1_000_000));
        var letter = Assert.Single(await kafka.ReadDeadLettersAsync(1));
        Assert.Null(letter.Value);
        Assert.Equal("too large, see the source", letter.Headers["value"]);
        Assert.Equal("0", letter.Headers["source-offset"]);
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync() == 1);
    }

    [Fact]
    public async Task Offsets_are_committed_only_after_the_dead_letters_are_acknowledged()
    {
        using var kafka = new MockKafka();
        await kafka.SendAsync($"[{StreamHost.Event(1)}, {NoUser}]");
        kafka.RefuseMessages();
        await using var host = await StreamHost.StartAsync(kafka, await postgres.CreateDatabaseAsync());
        await Wait.UntilAsync(() => Task.FromResult(host.Read("interestservice.stream.retries") >= 2));
        Assert.Equal(["book-1"], await host.ReadItemsAsync());
        Assert.Equal(-1, await kafka.ReadCommittedAsync());
        Assert.Equal("Dead letters cannot be sent to Kafka.", host.State.Problem);
        Assert.Equal("Degraded", await host.Api.Client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));

        kafka.AcceptMessages();
        Assert.Equal(NoUser, Assert.Single(await kafka.ReadDeadLettersAsync(1)).Value);
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync() == 1);
        Assert.Null(host.State.Problem);
        Assert.Equal(1, await kafka.CountDeadLettersAsync());
    }

    [Fact]
    public async Task Nothing_is_lost_while_the_database_is_away()
    {
        using var kafka = new MockKafka(partitions: 2);
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StreamHost.StartAsync(kafka, database,
            "BatchSize=2", "Settings:session.timeout.ms=3000", "Settings:max.poll.interval.ms=3000", "Settings:heartbeat.interval.ms=100"); // reading pauses, and the group must not notice
        await kafka.SendAsync(StreamHost.Event(0));
        await host.StoredAsync(1);
        int joins = kafka.CountRequests(MockKafka.JoinGroup);
        await using (await DatabaseOutage.BeginAsync(database))
        {
            for (int i = 1; i < 20; i++) await kafka.SendAsync(StreamHost.Event(i), i % 2);
            // Between five attempts are 3.75 s, more than a member may take between two polls.
            await Wait.UntilAsync(() => Task.FromResult(host.Read("interestservice.stream.retries") >= 5 && host.Read("interestservice.stream.lag") > 0));
            Assert.Equal("Events of Kafka cannot be stored.", host.State.Problem);
            Assert.True(await kafka.ReadCommittedAsync() <= 1);
        }

        await host.StoredAsync(20);
        await Wait.UntilAsync(async () => await kafka.ReadCommittedAsync() == 10 && await kafka.ReadCommittedAsync(1) == 10);
        await Wait.UntilAsync(() => Task.FromResult(host.Read("interestservice.stream.lag") == 0));
        Assert.Null(host.State.Problem);
        Assert.Equal(20, host.Read("interestservice.stream.rows", "result=accepted"));
        Assert.Equal(joins, kafka.CountRequests(MockKafka.JoinGroup));
    }

    [Theory]
    [InlineData(false, "All")]
    [InlineData(true, "Api")]
    public async Task Nothing_is_read_by_default_or_by_a_process_that_only_serves_requests(bool configured, string role)
    {
        using var kafka = new MockKafka();
        string[] settings = configured ? kafka.Settings() : [];
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), [.. settings, $"--InterestService:Role={role}"]);
        Assert.DoesNotContain(host.Services.GetServices<IHostedService>(), service => service is EventStream);
        Assert.Null(host.Services.GetService<DeadLetters>());
        Assert.Equal("Healthy", await host.Client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
    }
}
