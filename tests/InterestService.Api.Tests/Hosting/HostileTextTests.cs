using System.Buffers.Text;
using System.Net;
using System.Text;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Hosting;

/// <summary>Nothing that a caller sends reaches PostgreSQL unchecked.</summary>
public sealed class HostileTextTests(PostgresFixture postgres)
{
    /// <summary>Percent-encoded.</summary>
    private static readonly string[] _hostile =
    [
        "%00", "a%00b", "%2500", "a%2F%2500", "a%252F%00", "%ED%A0%80", "a%2F%ED%A0%80", "%F0%9F%98", "%FF%FE", "%C0%80", "%EF%BF%BF", "%EF%BB%BFhiker-0",
        "'%3B--", "%5C", "%22", "..%2F..", "%0D%0A", "-1", "99999999999999999999", "NaN", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        new string('x', 5000), .. Keys("\0", "5|\0", "5|a\0", "-1|a", "2147483648|a", "638000000000000000|x", "99999999999999999999|x", "a", ""),
        Base64Url.EncodeToString([0xFF, 0xFE]), Base64Url.EncodeToString([0xED, 0xA0, 0x80]), new string('A', 4000),
    ];

    [Fact]
    public async Task No_parameter_of_a_read_operation_makes_the_service_fail()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var lookup = await host.Client.GetJsonAsync("/users/hiker-0/cluster");
        string clustering = (string)lookup["clusteringId"]!, cluster = lookup["clusterId"]!.ToString();
        var failed = new List<string>();
        int sent = 0;
        foreach (var operation in ApiOperation.All.Where(operation => operation.Method == "GET"))
        {
            foreach (string name in operation.ParameterNames("path"))
                foreach (string value in _hostile)
                    await SendAsync(Known(operation.Path.Replace($"{{{name}}}", value, StringComparison.Ordinal)));
            foreach (string name in operation.ParameterNames("query"))
                foreach (string value in _hostile)
                    await SendAsync($"{Known(operation.Path)}?{name}={value}");
        }

        Assert.Empty(failed);
        Assert.InRange(sent, 800, int.MaxValue);

        async Task SendAsync(string path)
        {
            sent++;
            using var response = await host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if ((int)response.StatusCode >= 500) failed.Add($"{response.StatusCode} {path}");
            bool isNul = path.Contains('?') && path.Contains("%00", StringComparison.Ordinal);
            if (isNul && response.StatusCode != HttpStatusCode.BadRequest) failed.Add($"{response.StatusCode} {path}");
        }

        string Known(string path) => path
            .Replace("/clusterings/{id}", $"/clusterings/{clustering}", StringComparison.Ordinal)
            .Replace("{otherId}", clustering, StringComparison.Ordinal)
            .Replace("/comparisons/{id}", $"/comparisons/{clustering}", StringComparison.Ordinal)
            .Replace("/clusters/{id}", $"/clusters/{cluster}", StringComparison.Ordinal)
            .Replace("{id}", "hiker-0", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_no_upload_would_take_is_refused_by_every_operation()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string longest = string.Concat(Enumerable.Repeat("%F0%9F%98%80", 256)), over = longest + "a";
        var paths = ApiOperation.All.Where(operation => operation.Path.Contains("/users/{id}", StringComparison.Ordinal) || operation.Path.Contains("{alias}", StringComparison.Ordinal)).ToArray();
        Assert.InRange(paths.Length, 9, 100);
        foreach (var operation in paths)
        {
            string name = operation.ParameterNames("path").Single();
            foreach (string id in new[] { over, new string('x', 257), "%20", "%E2%80%83" })
            {
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, new HttpMethod(operation.Method), operation.Path.Replace($"{{{name}}}", id, StringComparison.Ordinal));
                Assert.Equal("Expected 1 to 256 characters, not blank and without U+0000.", (string?)problem["errors"]![name]![0]);
            }

            var (status, _, _) = await host.Client.CallAsync(new HttpMethod(operation.Method), operation.Path.Replace($"{{{name}}}", longest, StringComparison.Ordinal));
            Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound });
        }

        foreach (string id in new[] { new string('x', 257), " " })
            Assert.NotNull((await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/users/clusters", new { userIds = new[] { "a", id } }))["errors"]!["userIds[1]"]);
    }

    [Fact]
    public async Task A_cursor_is_taken_by_the_list_that_gave_it_and_by_no_other()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        await host.Client.ClusterAsync(PlantedEvents.Request(seed: 2));
        var ids = (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Select(cluster => cluster!["id"]!.ToString()).ToArray();
        string[] lists =
        [
            "/clusters", $"/clusters/{ids[0]}/users", $"/clusters/{ids[1]}/users", $"/clusters/{ids[0]}/items", "/clusterings",
            "/users/hiker-0/cluster-history", "/comparisons",
        ];
        var cursors = new Dictionary<string, string>();
        foreach (string list in lists)
            if ((string?)(await host.Client.GetJsonAsync($"{list}?limit=1"))["nextCursor"] is { } cursor) cursors[list] = cursor;
        Assert.InRange(cursors.Count, 5, lists.Length);
        foreach (string list in lists)
        {
            foreach (var (giver, cursor) in cursors)
            {
                if (giver == list) Assert.NotNull((await host.Client.GetJsonAsync($"{list}?cursor={cursor}"))["items"]);
                else await AssertBadAsync(list, cursor);
            }

            foreach (string value in _hostile.Where(value => value.Length > 0)) await AssertBadAsync(list, value); // an empty cursor is the first page
        }

        async Task AssertBadAsync(string list, string cursor) => Assert.NotNull(
            (await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{list}?cursor={cursor}"))["errors"]!["cursor"]);
    }

    [Theory]
    [InlineData("/clusterings", """{"parameters":{"typeWeights":{"a\u0000":1}}}""")]
    [InlineData("/clusterings", """{"parameters":{"sourceWeights":{"\u0000":1}}}""")]
    [InlineData("/clusterings", """{"encoder":"svd\u0000"}""")]
    [InlineData("/clusterings", """{"parameters":{"typeWeights":{"\ud800":1}}}""")]
    [InlineData("/comparisons", """{"encoders":["svd\u0000"]}""")]
    [InlineData("/users/clusters", """{"userIds":["a\u0000b"]}""")]
    [InlineData("/users/clusters", """{"userIds":["\ud800"]}""")]
    public async Task Text_of_a_body_that_cannot_be_stored_is_refused(string path, string body)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, path, content);
    }

    [Fact]
    public void Half_a_surrogate_pair_and_the_zero_character_are_not_storable()
    {
        foreach (string text in new[] { "", "plain 用户 😀", "😀😀", "\uFFFD" }) Assert.True(StorableText.Check(text), text);
        foreach (string text in new[] { "a\0", "\uD83D", "\uDE00\uD83D", "😀\uDE00", "\uD83Dx" }) Assert.False(StorableText.Check(text), text);
    }

    private static string[] Keys(params string[] keys) => [.. keys.Select(key => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key)))];
}
