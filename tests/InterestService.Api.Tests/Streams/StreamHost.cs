using InterestService.Api.Streams;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Streams;

/// <summary>A host of one process that reads events of a <see cref="MockKafka"/>.</summary>
internal sealed class StreamHost : IAsyncDisposable
{
    private readonly string _database;
    private readonly TestMeters _meters;

    private StreamHost(ApiHost api, string connectionString)
    {
        Api = api;
        _database = connectionString;
        _meters = new TestMeters(api.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
    }

    public ApiHost Api { get; }

    public StreamState State => Api.Services.GetRequiredService<StreamState>();

    public static async Task<StreamHost> StartAsync(MockKafka kafka, string connectionString, params string[] settings) =>
        new(await ApiHost.StartAsync(connectionString, [.. kafka.Settings(settings), ApiHost.Alone]), connectionString);

    /// <summary>Returns an event as JSON.</summary>
    /// <param name="number">Distinguishes it.</param>
    public static string Event(int number) =>
        $$"""{"userId":"reader-{{number % 7}}","itemId":"book-{{number}}","eventType":"read","timestamp":"2024-06-01T10:00:00Z"}""";

    /// <summary>Reads an instrument since the host has started.</summary>
    public double Read(string instrument, string? label = null) => _meters.Read(instrument, label);

    public Task<List<string>> ReadItemsAsync() => ReadItemsAsync(_database);

    /// <summary>Waits until so many events are stored.</summary>
    public Task StoredAsync(int events) => StoredAsync(_database, events);

    /// <inheritdoc cref="StoredAsync(int)"/>
    public static Task StoredAsync(string connectionString, int events) => Wait.UntilAsync(async () => (await ReadItemsAsync(connectionString)).Count == events);

    public async ValueTask DisposeAsync()
    {
        _meters.Dispose();
        await Api.DisposeAsync();
    }

    private static async Task<List<string>> ReadItemsAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString + ";Pooling=false"); // an outage ends connections that are kept
        await using var query = database.CreateCommand("""SELECT item_id FROM events ORDER BY item_id COLLATE "C" """);
        await using var reader = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var items = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) items.Add(reader.GetString(0));
        return items;
    }
}
