using System.Globalization;
using System.Net;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting;

public sealed class RateLimitTests(PostgresFixture postgres)
{
    private static readonly string[] _keys = [.. new[] { "one", "two" }.SelectMany((name, i) => new[]
    {
        $"--InterestService:ApiKeys:{i}:Name={name}", $"--InterestService:ApiKeys:{i}:Key={KeyOf(name)}", $"--InterestService:ApiKeys:{i}:Scopes:0=admin",
    })];

    [Theory]
    [InlineData("Lookups", "GET", "/clusters")]
    [InlineData("Lookups", "GET", "/users/hiker-0/cluster")]
    [InlineData("Uploads", "PUT", "/users/hiker-0/opt-out")]
    [InlineData("Administration", "GET", "/audit")]
    public async Task Beyond_its_limit_a_caller_is_told_when_to_come_back_and_others_are_served(string kind, string method, string path)
    {
        string database = await postgres.CreateDatabaseAsync();
        await using (await PublishedHost.StartOnAsync(database))
        {
        }

        await using var host = await ApiHost.StartAsync(database, [.. _keys, "--InterestService:Role=Api", $"--InterestService:RateLimits:{kind}=2"]);
        await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        int served = 0, refused = 0;
        for (int i = 0; i < 60; i++)
        {
            var (status, problem, response) = await CallAsync(host, method, path, "one");
            if (status == HttpStatusCode.TooManyRequests)
            {
                refused++;
                Assert.Equal(429, (int?)problem!["status"]);
                Assert.NotNull((string?)problem["traceId"]);
                Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
            }
            else
            {
                Assert.True(response.IsSuccessStatusCode, $"{status}");
                served++;
            }
        }

        Assert.InRange(served, 20, 50); // the burst of ten seconds and, on a slow machine, some seconds more
        Assert.InRange(refused, 10, 40);
        Assert.True((await CallAsync(host, method, path, "two")).Response.IsSuccessStatusCode);
        foreach (var (otherKind, other) in new[] { ("Lookups", "/clusterings"), ("Administration", "/keys") })
            if (otherKind != kind) Assert.Equal(HttpStatusCode.OK, (await CallAsync(host, "GET", other, "one")).Status);
        await Wait.UntilAsync(async () => (await CallAsync(host, method, path, "one")).Response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task By_default_lookups_are_not_limited_and_a_burst_of_other_calls_is_served()
    {
        await using var host = await PublishedHost.StartAsync(postgres, _keys);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(host, "GET", "/users/hiker-0/cluster", "one")).Status);
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(host, "GET", "/keys", "one")).Status);
        }
    }

    [Theory]
    [InlineData("Lookups=-1")]
    [InlineData("Uploads=many")]
    public async Task A_limit_that_is_none_prevents_the_start(string setting)
    {
        await using var app = Program.Build(["--environment=Development", string.Create(CultureInfo.InvariantCulture, $"--InterestService:RateLimits:{setting}")]);
        Assert.ThrowsAny<Exception>(app.Services.ValidateSettings);
    }

    private static string KeyOf(string name) => $"the-key-of-caller-{name}";

    private static Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode? Body, HttpResponseMessage Response)> CallAsync(ApiHost host, string method, string path, string caller) =>
        host.Client.CallAsync(new HttpMethod(method), path, null, ("X-API-Key", KeyOf(caller)));
}
