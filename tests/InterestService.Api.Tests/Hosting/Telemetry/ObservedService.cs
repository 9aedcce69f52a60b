using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Streams;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>
/// A service in a process of its own that has done what services do: uploads with duplicates and rejected rows, a clustering, lookups, an export, a
/// measurement of drift, a request that the server refused and a statement that failed. It reads a topic of Kafka and exports its traces to a collector.
/// </summary>
public sealed class ObservedService(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>The trace of the caller who started the clustering.</summary>
    public const string CallerTrace = "7d1f4c0e9a5b4be28c3f6a7d8e9f0a1b", CallerSpan = "1a2b3c4d5e6f7081";

    public const string User = "hiker-1";
    private const string AdminKey = "the-key-of-the-operator";

    private TraceCollector? _collector;
    private MockKafka? _kafka;
    private LoggedProcess? _service;
    private HttpClient? _client;

    internal HttpClient Client => _client!;

    internal LoggedProcess Service => _service!;

    internal TraceCollector Collector => _collector!;

    /// <summary>The clustering that is published.</summary>
    internal JsonNode Clustering { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        string database = await postgres.CreateDatabaseAsync();
        _collector = await TraceCollector.StartAsync();
        _kafka = new MockKafka();
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["ConnectionStrings__Postgres"] = database,
            ["InterestService__Kafka__BootstrapServers"] = _kafka.Brokers,
        };
        (_service, var address) = await LoggedProcess.StartAsync(
            environment, "--InterestService:ApiKeys:0:Name=operator", $"--InterestService:ApiKeys:0:Key={AdminKey}", "--InterestService:ApiKeys:0:Scopes:0=admin",
            "--InterestService:Threads=1");
        _client = new HttpClient { BaseAddress = address, Timeout = Wait.Limit, DefaultRequestHeaders = { { "X-API-Key", AdminKey } } };
        await WorkAsync();
        await FailStatementAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_service is not null) await _service.DisposeAsync();
        _kafka?.Dispose();
        if (_collector is not null) await _collector.DisposeAsync();
    }

    internal async Task<Scrape> ScrapeAsync(string accept = "text/plain")
    {
        var (status, _, response) = await Client.CallAsync(HttpMethod.Get, "/metrics", null, ("Accept", accept));
        Assert.Equal(HttpStatusCode.OK, status);
        return new Scrape(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Reads the metrics until they hold what is waited for: some are read from the database every ten seconds.</summary>
    internal async Task<Scrape> ScrapeUntilAsync(Func<Scrape, bool> condition)
    {
        Scrape? scrape = null;
        await Wait.UntilAsync(async () =>
        {
            await Task.Delay(350, TestContext.Current.CancellationToken); // answers are kept for 300 ms
            return condition(scrape = await ScrapeAsync());
        });
        return scrape!;
    }

    private async Task WorkAsync()
    {
        await Client.UploadAsync(PlantedEvents.Create());
        using var rows = new StringContent(
            "user_id,item_id,event_type,timestamp\nguest-7,Hiking-1,view,2024-03-02T00:00:00Z\nguest-7,Hiking-1,view,2024-03-02T00:00:00Z\nguest-7,Hiking-2,view,yesterday\n",
            Encoding.UTF8, "text/csv");
        Assert.Equal(HttpStatusCode.OK, (await Client.CallAsync(HttpMethod.Post, "/events", rows)).Status);
        var (_, _, started) = await Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request(), ("traceparent", $"00-{CallerTrace}-{CallerSpan}-01"));
        Clustering = await Client.FinishAsync(started.Headers.Location!.ToString());
        Assert.Equal("succeeded", (string?)Clustering["state"]);
        await Client.PublishedAsync((string?)Clustering["id"], User);
        await Client.GetJsonAsync("/drift");
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.CallAsync(HttpMethod.Get, "/%00")).Status); // refused by the server
        Assert.Equal(HttpStatusCode.OK, (await Client.CallAsync(HttpMethod.Get, $"/clusterings/{Clustering["id"]}/clusters", null, ("Accept", "text/csv"))).Status);
    }

    /// <summary>Makes a statement fail, by a table that is away for the time of a call.</summary>
    private async Task FailStatementAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await ExecuteAsync("ALTER TABLE comparisons RENAME TO away");
        Assert.Equal(HttpStatusCode.InternalServerError, (await Client.CallAsync(HttpMethod.Get, "/comparisons")).Status);
        await ExecuteAsync("ALTER TABLE away RENAME TO comparisons");

        async Task ExecuteAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>The tests that read one <see cref="ObservedService"/>, one after the other.</summary>
[CollectionDefinition(nameof(ObservedService))]
public sealed class ObservedServiceTests : ICollectionFixture<ObservedService>;
