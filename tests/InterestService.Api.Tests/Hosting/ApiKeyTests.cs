using System.Net;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Hosting;

public sealed class ApiKeyTests(PostgresFixture postgres)
{
    private const string Reader = "a-key-for-reading", Writer = "a-key-for-writing", Administrator = "a-key-for-everything";

    private static readonly string[] _production =
    [
        "--environment=Production",
        "--InterestService:ApiKeys:0:Name=reader", $"--InterestService:ApiKeys:0:Key={Reader}", "--InterestService:ApiKeys:0:Scopes:0=interests:read",
        "--InterestService:ApiKeys:1:Name=writer", $"--InterestService:ApiKeys:1:Key={Writer}", "--InterestService:ApiKeys:1:Scopes:0=events:write",
        "--InterestService:ApiKeys:1:Scopes:1=clusterings:write",
        "--InterestService:ApiKeys:2:Name=administrator", $"--InterestService:ApiKeys:2:Key={Administrator}", "--InterestService:ApiKeys:2:Scopes:0=admin",
    ];

    [Fact]
    public async Task Outside_Development_each_call_needs_a_key_with_its_scope()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        var events = PlantedEvents.Create().Take(1).ToArray();
        (HttpMethod Method, string Path, object? Body, string Allowed)[] calls =
        [
            (HttpMethod.Post, "/events", events, Writer),
            (HttpMethod.Put, "/items", new[] { new { itemId = "x" } }, Writer),
            (HttpMethod.Post, "/clusterings", new { clusters = 2 }, Writer),
            (HttpMethod.Get, "/clusters", null, Reader),
            (HttpMethod.Get, "/users/hiker-0/interests", null, Reader),
            (HttpMethod.Post, "/users/clusters", new { userIds = new[] { "u" } }, Reader),
        ];
        foreach (var (method, path, body, allowed) in calls)
        {
            await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, method, path, body);
            await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, method, path, body, ("X-API-Key", "a-key-that-is-not-known"));
            await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, method, path, body, ("X-API-Key", allowed == Reader ? Writer : Reader));
            foreach (string key in new[] { allowed, Administrator })
                Assert.True((await host.Client.CallAsync(method, path, body, ("X-API-Key", key))).Response.IsSuccessStatusCode, $"{method} {path} as {key}");
        }

        foreach (string key in new[] { Reader, Writer })
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/clusterings", null, ("X-API-Key", key))).Status);

        foreach (string open in new[] { "/health/live", "/health/ready", "/swagger/index.html", "/swagger/v1/swagger.json" })
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, open)).Status);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task An_endpoint_that_declares_no_scope_rejects_every_caller(string environment)
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), app => app.MapGet("/undeclared", () => "open"), [.. _production, $"--environment={environment}"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/undeclared", null, ("X-API-Key", "a-key-that-is-not-known"));
        foreach (string key in new[] { Reader, Writer, Administrator })
            await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/undeclared", null, ("X-API-Key", key));
        var withoutKey = environment == "Production" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden; // of a caller on this machine
        await host.Client.AssertProblemAsync(withoutKey, HttpMethod.Get, "/undeclared");
    }

    [Fact]
    public async Task An_endpoint_may_allow_anonymous_access()
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), app => app.MapGet("/anonymous", () => "open").AllowAnonymous(), _production);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/anonymous")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/")).Status); // after the redirect to the dashboard
    }

    [Fact]
    public async Task Requests_that_match_no_endpoint_need_no_key()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/nowhere");
        await host.Client.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, HttpMethod.Delete, "/events");
    }

    [Fact]
    public async Task In_Development_an_unknown_key_is_also_rejected()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/clusters", null, ("X-API-Key", "a-key-that-is-not-known"));
    }

    [Theory]
    [InlineData("is no scope", "--InterestService:ApiKeys:0:Name=x", "--InterestService:ApiKeys:0:Key=0123456789abcdef", "--InterestService:ApiKeys:0:Scopes:0=root")]
    [InlineData("Key", "--InterestService:ApiKeys:0:Name=x", "--InterestService:ApiKeys:0:Key=short", "--InterestService:ApiKeys:0:Scopes:0=admin")]
    [InlineData("Device", "--InterestService:Device=tpu")]
    public async Task Invalid_settings_prevent_the_start(string words, params string[] settings)
    {
        await using var app = Program.Build(["--environment=Production", .. settings]);
        var exception = Assert.Throws<OptionsValidationException>(app.Services.ValidateSettings);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }
}
