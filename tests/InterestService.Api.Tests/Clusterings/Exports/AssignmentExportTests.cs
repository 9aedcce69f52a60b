using System.Net;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using DuckDB.NET.Data;
using InterestService.Api.Exports;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Exports;

public sealed class AssignmentExportTests(PostgresFixture postgres)
{
    private const string OddId = "\"a,\"\n用户 😀";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_format_has_the_same_users_as_the_lookups()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string id = (string)(await host.Client.GetJsonAsync("/clusterings"))["items"]![0]!["id"]!;
        var rows = (await TextAsync(host.Client, id, null)).Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToDictionary(row => (string)row["userId"]!);
        Assert.InRange(rows.Count, 10, int.MaxValue);
        foreach (string user in rows.Keys.Take(20))
        {
            var found = await host.Client.GetJsonAsync($"/users/{Uri.EscapeDataString(user)}/cluster");
            foreach (string name in new[] { "clusterId", "label", "confidence", "distance", "noise", "strength", "source" })
                Assert.Equal(found[name]?.ToJsonString(), rows[user][name]?.ToJsonString());
        }

        string[] expected = [.. rows.Values.Select(row => $"{row["userId"]}|{row["clusterId"]}|{row["label"]}").Order(StringComparer.Ordinal)];
        using var folder = new TestFolder();
        foreach (var (format, function) in new[] { (ExportFormat.Csv, "read_csv"), (ExportFormat.Parquet, "read_parquet") })
        {
            string path = Path.Combine(folder.Path, "assignments");
            await File.WriteAllBytesAsync(path, await BytesAsync(host.Client, id, format.MediaType), Cancellation);
            Assert.Equal(expected, Query($"SELECT user_id || '|' || cluster_id || '|' || label FROM {function}('{path}')").Order(StringComparer.Ordinal));
            Assert.Equal(["TIMESTAMP WITH TIME ZONE"], Query($"SELECT DISTINCT typeof(assigned_at) FROM {function}('{path}')"));
        }

        var arrow = await ReadArrowAsync(await BytesAsync(host.Client, id, ExportFormat.Arrow.MediaType));
        Assert.Equal(expected, arrow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rows_are_the_people_of_now_whether_published_or_not()
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        var stored = new StoredClusterings(database);
        string id = (await stored.AddAsync(users: 6)).ToString();
        await stored.AddUsersAsync(Guid.Parse(id), $"SELECT $id${OddId}$id$");
        Assert.Equal([OddId, "user-1", "user-2", "user-3", "user-4", "user-5", "user-6"], await UsersAsync(host.Client, id));
        await host.Client.LinkAsync(("user-1", "user-2"), ("new", "user-3"), ("new", "user-4"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/user-5/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/user-6");
        Assert.Equal([OddId, "new", "user-1"], await UsersAsync(host.Client, id));
        using var folder = new TestFolder();
        string csv = Path.Combine(folder.Path, "assignments.csv");
        await File.WriteAllBytesAsync(csv, await BytesAsync(host.Client, id, "text/csv"), Cancellation);
        Assert.Equal([OddId, "new", "user-1"], Query($"SELECT user_id FROM read_csv('{csv}', header = true, delim = ',', quote = '\"', escape = '\"')").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_clustering_without_users_is_a_table_without_rows()
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        string id = (await new StoredClusterings(database).AddAsync(users: 0)).ToString();
        Assert.Equal("", await TextAsync(host.Client, id, null));
        Assert.StartsWith("user_id,cluster_id,", await TextAsync(host.Client, id, "text/csv"), StringComparison.Ordinal);
        Assert.Empty(await ReadArrowAsync(await BytesAsync(host.Client, id, ExportFormat.Arrow.MediaType)));
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "none.parquet");
        await File.WriteAllBytesAsync(path, await BytesAsync(host.Client, id, ExportFormat.Parquet.MediaType), Cancellation);
        Assert.Equal(["0"], Query($"SELECT count(*) FROM read_parquet('{path}')"));
    }

    [Fact]
    public async Task Problems_tell_what_cannot_be_exported()
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        var stored = new StoredClusterings(database);
        string done = Address((await stored.AddAsync()).ToString()), failed = Address((await stored.AddAsync("failed")).ToString());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, Address(Guid.NewGuid().ToString()), null);
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Get, failed, null);
        foreach (string accept in new[] { "application/xml", "text/csv;q=0" })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotAcceptable, HttpMethod.Get, done, null, ("Accept", accept));
            Assert.Contains("application/vnd.apache.parquet", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, "application/x-ndjson")]
    [InlineData("*/*", "application/x-ndjson")]
    [InlineData("text/*", "text/csv")]
    [InlineData("text/html, text/csv;q=0.5, application/vnd.apache.parquet;q=0.9", "application/vnd.apache.parquet")]
    [InlineData("APPLICATION/VND.APACHE.ARROW.STREAM", "application/vnd.apache.arrow.stream")]
    public void The_preferred_format_is_chosen(string? accept, string expected)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        if (accept is not null) http.Request.Headers.Accept = accept;
        Assert.Equal(expected, ExportFormat.Choose(http.Request)?.MediaType);
    }

    private static string Address(string id) => $"/clusterings/{id}/assignments";

    private static async Task<byte[]> BytesAsync(HttpClient client, string id, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(id));
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(accept ?? "application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }

    private static async Task<string> TextAsync(HttpClient client, string id, string? accept) =>
        System.Text.Encoding.UTF8.GetString(await BytesAsync(client, id, accept));

    private static async Task<string[]> UsersAsync(HttpClient client, string id) =>
    [
        .. (await TextAsync(client, id, null)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (string)JsonNode.Parse(line)!["userId"]!).Order(StringComparer.Ordinal),
    ];

    private static async Task<List<string>> ReadArrowAsync(byte[] body)
    {
        using var reader = new ArrowStreamReader(new MemoryStream(body));
        var rows = new List<string>();
        while (await reader.ReadNextRecordBatchAsync(Cancellation) is { } batch)
        {
            var (users, clusters, labels) = ((StringArray)batch.Column("user_id"), (Int32Array)batch.Column("cluster_id"), (StringArray)batch.Column("label"));
            for (int row = 0; row < batch.Length; row++) rows.Add($"{users.GetString(row)}|{clusters.Values[row]}|{labels.GetString(row)}");
        }

        return rows;
    }

    private static List<string> Query(string sql)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return values;
    }
}
