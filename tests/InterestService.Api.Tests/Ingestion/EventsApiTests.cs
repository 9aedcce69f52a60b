using System.Net;
using System.Text;
using System.Text.Json;
using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Reading.Formats;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class EventsApiTests(PostgresFixture postgres)
{
    private const string Header = "user_id,item_id,event_type,timestamp\n";
    private const string Csv = Header + "u,i,view,2024-05-01T12:00:00Z\nu,j,view,2024-05-01T12:00:01Z\n";

    [Fact]
    public async Task Every_format_and_encoding_gives_the_same_events()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        const string Json = """[{"userId":"u","itemId":"i","eventType":"view","timestamp":"2024-05-01T12:00:00Z"}]""";
        byte[] parquet = ParquetBody.Write(
            [("user_id", ParquetBody.Texts("u", "u")), ("item_id", ParquetBody.Texts("i", "j")), ("event_type", ParquetBody.Texts("view", "view")),
            ("timestamp", ParquetBody.Times(Apache.Arrow.Types.TimeUnit.Second, null, 1714564800, 1714564801))]);
        (string Type, byte[] Body, string? Encoding)[] uploads =
        [
            ("text/csv", UploadHost.Gzip(Csv), "gzip"),
            ("TEXT/CSV; charset=utf-8", UploadHost.Brotli(Csv), "br"),
            ("text/csv", [.. UploadHost.Zstd(Csv[..30]), .. UploadHost.Zstd(Csv[30..])], "zstd"),
            ("text/csv", Utf8(Csv), "identity"),
            (ReadRow.Parquet, parquet, null),
            (ReadRow.Parquet, UploadHost.Gzip(parquet), "gzip"),
            (ReadRow.Parquet, UploadHost.Zstd(parquet), "zstd"),
            (ReadRow.Json, Utf8(Json), null),
            (ReadRow.Json, Utf8($"{{\"events\":{Json}}}"), null),
            (ReadRow.Ndjson, Utf8(Json[1..^1]), null),
        ];
        foreach (var (type, body, encoding) in uploads)
        {
            using var answer = await host.PostEventsAsync(type, body, encoding);
            Assert.Equal(0, (await UploadHost.ReadAsync(answer)).Rejected);
        }

        Assert.Equal(["u i", "u j"], await host.QueryAsync("user_id,item_id", "events ORDER BY arrival"));
    }

    [Fact]
    public async Task Invalid_rows_do_not_affect_others_and_the_first_hundred_are_listed()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var rows = Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? $"u,{i},view,2024-05-01T12:00:00Z\n" : "u,i,view,now\n");
        var csv = Header + string.Concat(rows);
        using var answer = await host.PostEventsAsync(ReadRow.Csv, Utf8(csv));
        var response = await UploadHost.ReadAsync(answer);
        Assert.Equal((300, 150, 0, 150), (response.Received, response.Accepted, response.Duplicates, response.Rejected));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (2L * i) + 1), response.Errors.Select(e => e.Index));
        Assert.All(response.Errors, e => Assert.Equal("timestamp", e.Field));
        Assert.Equal(["150"], await host.QueryAsync("count(*)", "events"));
    }

    [Fact]
    public async Task Upload_of_only_invalid_rows_returns_a_problem_with_the_same_counts()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        using var answer = await host.PostEventsAsync(ReadRow.Json, Utf8("""[{"userId":7},3]"""));
        var problem = await ProblemAsync(HttpStatusCode.UnprocessableEntity, answer);
        Assert.Equal((2, 2), (problem.GetProperty("received").GetInt64(), problem.GetProperty("rejected").GetInt64()));
        var errors = problem.GetProperty("errors");
        Assert.Equal("userId", errors[0].GetProperty("field").GetString());
        Assert.Equal((1, JsonValueKind.Null), (errors[1].GetProperty("index").GetInt64(), errors[1].GetProperty("field").ValueKind));
    }

    [Fact]
    public async Task Damaged_Parquet_stores_nothing_though_its_first_rows_are_whole()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        byte[] body = ParquetBody.Write(ParquetBody.Events(40_000), rowGroup: 10_000);
        using var whole = await host.PostEventsAsync(ReadRow.Parquet, ParquetBody.Write([.. ParquetBody.Events(1)]));
        Assert.Equal(1, (await UploadHost.ReadAsync(whole)).Accepted);
        Array.Fill(body, (byte)0xFF, body.Length / 2, 2000);
        foreach (byte[] damaged in new[] { body, body[..^30], "PAR1 and more"u8.ToArray() })
        {
            using var answer = await host.PostEventsAsync(ReadRow.Parquet, damaged);
            var problem = await ProblemAsync(HttpStatusCode.BadRequest, answer);
            Assert.Contains("not a Parquet file", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(["1"], await host.QueryAsync("count(*)", "events"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"events":[]}""")]
    public async Task Upload_without_rows_is_accepted(string body)
    {
        await using var host = await UploadHost.StartAsync(postgres);
        using var answer = await host.PostEventsAsync(ReadRow.Json, Utf8(body));
        Assert.Equal(0, (await UploadHost.ReadAsync(answer)).Received);
    }

    [Theory]
    [InlineData(null, null, "Content-Type is missing")]
    [InlineData("application/xml", null, "send application/json, application/x-ndjson, text/csv, application/vnd.apache.parquet.")]
    [InlineData("text/csv; charset=utf-16", null, "utf-16 is not supported")]
    [InlineData("text/csv", "compress", "compress is not supported")]
    public async Task Unknown_format_is_rejected_with_the_accepted_formats(string? mediaType, string? encoding, string detail)
    {
        await using var host = await UploadHost.StartAsync(postgres);
        using var answer = await host.PostEventsAsync(mediaType, Utf8(Csv), encoding);
        var problem = await ProblemAsync(HttpStatusCode.UnsupportedMediaType, answer);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 1000)]
    [InlineData("br", 1)]
    [InlineData("br", 1000)]
    [InlineData("zstd", 1)]
    [InlineData("zstd", 1000)]
    public async Task Truncated_compressed_body_stores_nothing(string encoding, int missing)
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var csv = Header + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"u{i * 7919 % 20011},i,view,2024-05-01T12:00:00Z\n"));
        var body = UploadHost.Compress(encoding, csv);
        using var answer = await host.PostEventsAsync(ReadRow.Csv, body[..^missing], encoding);
        await ProblemAsync(HttpStatusCode.BadRequest, answer);
        Assert.Equal(["0"], await host.QueryAsync("count(*)", "events"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Body_that_does_not_match_its_encoding_is_rejected(string encoding)
    {
        await using var host = await UploadHost.StartAsync(postgres);
        using var answer = await host.PostEventsAsync(ReadRow.Csv, Utf8(Csv), encoding);
        await ProblemAsync(HttpStatusCode.BadRequest, answer);
    }

    [Fact]
    public async Task Damaged_gzip_is_refused_for_every_body_and_told_by_what_is_wrong_with_an_upload()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        byte[] events = UploadHost.Gzip("[]"), request = UploadHost.Gzip("{}");
        events[^6] ^= 1;
        request[^6] ^= 1;
        using var damaged = await host.PostEventsAsync(ReadRow.Json, events, "gzip");
        Assert.Contains("checksum", (await ProblemAsync(HttpStatusCode.BadRequest, damaged)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var start = await host.SendAsync(HttpMethod.Post, "/clusterings", ReadRow.Json, request, "gzip");
        await ProblemAsync(HttpStatusCode.BadRequest, start); // the framework keeps the reason
        foreach (var (body, detail) in new[] { (UploadHost.Gzip("x")[..5], "cut off"), (Utf8(Csv), "not gzip") })
        {
            using var answer = await host.PostEventsAsync(ReadRow.Json, body, "gzip");
            Assert.Contains(detail, (await ProblemAsync(HttpStatusCode.BadRequest, answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
            using var other = await host.SendAsync(HttpMethod.Post, "/clusterings", ReadRow.Json, body, "gzip");
            await ProblemAsync(HttpStatusCode.BadRequest, other); // the framework keeps the reason
        }

        using var brotli = await host.SendAsync(HttpMethod.Post, "/clusterings", ReadRow.Json, Utf8("{}{}{}"), "br");
        await ProblemAsync(HttpStatusCode.BadRequest, brotli);
    }

    [Fact]
    public async Task Ids_that_differ_by_byte_order_marks_around_them_are_one()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        const string Json = """[{"userId":"\uFEFFada\uFEFF","itemId":"\uFEFFlamp","eventType":"view\uFEFF","timestamp":"2024-05-01T12:00:00Z"},{"userId":"\uFEFF","itemId":"lamp","eventType":"view","timestamp":"2024-05-01T12:00:00Z"}]""";
        using var answer = await host.PostEventsAsync(ReadRow.Json, Utf8(Json));
        Assert.Equal("userId", Assert.Single((await UploadHost.ReadAsync(answer)).Errors).Field);
        using var again = await host.PostEventsAsync(ReadRow.Csv, Utf8(Header + "\"\uFEFFada\",lamp,view,2024-05-01T12:00:00Z\n"));
        Assert.Equal(1, (await UploadHost.ReadAsync(again)).Duplicates);
        Assert.Equal(["ada lamp view"], await host.QueryAsync("user_id,item_id,event_type", "events"));
    }

    [Fact]
    public async Task Truncated_body_does_not_change_the_stored_state()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        await host.UploadAsync(new UploadedEvent("old", "i", "view", DateTimeOffset.UnixEpoch));
        var rows = Enumerable.Range(0, 5000).Select(i => new UploadedEvent("u", $"{i}", "view", DateTimeOffset.UnixEpoch, Title: "t"));
        var body = JsonSerializer.SerializeToUtf8Bytes(rows, JsonSerializerOptions.Web);
        using var answer = await host.PostEventsAsync(ReadRow.Json, body[..^1]);
        var problem = await ProblemAsync(HttpStatusCode.BadRequest, answer);
        Assert.Contains("row 5000", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["old"], await host.QueryAsync("user_id", "events"));
        Assert.Empty(await host.QueryAsync("item_id", "items"));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<JsonElement> ProblemAsync(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return problem.RootElement.Clone();
    }
}
