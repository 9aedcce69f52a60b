using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Ingestion;

/// <summary>A running host with the uploads and queries that the tests of uploads share.</summary>
internal sealed class UploadHost : IAsyncDisposable
{
    private readonly ApiHost _host;
    private readonly NpgsqlDataSource _database;

    private UploadHost(ApiHost host, string connectionString)
    {
        _host = host;
        _database = NpgsqlDataSource.Create(connectionString);
    }

    public static async Task<UploadHost> StartAsync(PostgresFixture postgres)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        return new UploadHost(await ApiHost.StartAsync(connectionString), connectionString);
    }

    public static byte[] Gzip(string body) => Gzip(Encoding.UTF8.GetBytes(body));

    public static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(body);
        return packed.ToArray();
    }

    public static byte[] Brotli(string body) => Brotli(Encoding.UTF8.GetBytes(body));

    public static byte[] Brotli(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) brotli.Write(body);
        return packed.ToArray();
    }

    public static byte[] Zstd(string body) => Zstd(Encoding.UTF8.GetBytes(body));

    public static byte[] Zstd(byte[] body)
    {
        using var compressor = new ZstdSharp.Compressor();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(body).ToArray();
    }

    public static byte[] Compress(string encoding, string body) => encoding switch
    {
        "gzip" => Gzip(body),
        "br" => Brotli(body),
        _ => Zstd(body),
    };

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? mediaType, byte[] body, string? encoding = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        if (mediaType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
        return await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> PostEventsAsync(string? mediaType, byte[] body, string? encoding = null) =>
        SendAsync(HttpMethod.Post, "/events", mediaType, body, encoding);

    /// <summary>Uploads events that must all be accepted or duplicates.</summary>
    public async Task<UploadResponse> UploadAsync(params UploadedEvent[] events)
    {
        using var answer = await _host.Client.PostAsJsonAsync("/events", events, TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }

    public async Task<UploadResponse> PutItemsAsync(params UploadedItem[] items)
    {
        using var answer = await _host.Client.PutAsJsonAsync("/items", items, TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }

    public static async Task<UploadResponse> ReadAsync(HttpResponseMessage answer)
    {
        Assert.Equal("OK", answer.StatusCode.ToString());
        return (await answer.Content.ReadFromJsonAsync<UploadResponse>(TestContext.Current.CancellationToken))!;
    }

    /// <returns>Each row's columns as PostgreSQL writes them, separated by a space; NULL as <c>-</c>.</returns>
    public async Task<List<string>> QueryAsync(string columns, string rest)
    {
        var texts = string.Join(", ", columns.Split(',').Select(c => $"coalesce(({c.Trim()})::text, '-')"));
        await using var command = _database.CreateCommand($"SELECT concat_ws(' ', {texts}) FROM {rest}");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(reader.GetString(0));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}
