using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace InterestService.Api.Tests.Hosting;

public sealed class HostTests(PostgresFixture postgres)
{
    /// <summary>One header of each kind that identifies a remote request: another host name, a proxy, a page of another site.</summary>
    private static readonly (string, string)[] _foreign =
    [
        ("Host", "evil.example"), ("X-Forwarded-For", "8.8.8.8"), ("Forwarded", "for=8.8.8.8"), ("X-Real-IP", "8.8.8.8"), ("Via", "1.1 proxy"),
        ("Origin", "https://evil.example"), ("Origin", "null"),
    ];

    [Fact]
    public async Task Errors_of_the_framework_are_problem_documents()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/nowhere");
        await host.Client.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, HttpMethod.Delete, "/events");
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        await host.Client.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, "/clusterings", xml);
    }

    [Theory]
    [InlineData("/disk", HttpStatusCode.InsufficientStorage, "The disk of the database is full.")]
    [InlineData("/memory", HttpStatusCode.ServiceUnavailable, "The service is out of memory.")]
    public async Task A_shortage_is_told_with_a_time_to_try_again(string path, HttpStatusCode status, string title)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), app =>
        {
            app.MapGet("/disk", string () => throw new InvalidOperationException("", new PostgresException("", "", "", PostgresErrorCodes.DiskFull))).AllowAnonymous();
            app.MapGet("/memory", string () => throw new InsufficientMemoryException()).AllowAnonymous();
        });
        var problem = await host.Client.AssertProblemAsync(status, HttpMethod.Get, path);
        Assert.Equal(title, (string?)problem["title"]);
        Assert.NotNull((await host.Client.CallAsync(HttpMethod.Get, path)).Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_worker_answers_only_health_checks()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), "--InterestService:Role=Worker");
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/clusters")).Status);
    }

    [Fact]
    public async Task The_job_dashboard_accepts_only_callers_on_this_machine()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/hangfire")).Status);
        foreach (var header in _foreign)
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client.CallAsync(HttpMethod.Get, "/hangfire", null, header)).Status);
    }

    [Fact]
    public async Task Development_accepts_only_callers_on_this_machine()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        foreach (var header in _foreign)
            await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/clusters", null, header);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("Origin", "http://localhost:8080"))).Status);
    }

    [Fact]
    public async Task HEAD_returns_the_headers_of_GET_without_the_body()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var request = new HttpRequestMessage(HttpMethod.Head, "/clusters");
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_missing_body_is_told_in_terms_of_the_contract(string body)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/users/clusters", content);
        Assert.Equal("Expected a JSON object; there is no body, or it is null.", (string?)problem["detail"]);
    }

    [Theory]
    [InlineData("/clusters/404")]
    [InlineData("/users/nobody/cluster")]
    [InlineData("/nowhere")]
    public async Task A_problem_continues_the_trace_of_the_caller(string path)
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736", caller = "00f067aa0ba902b7";
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var continued = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, path, null, ("traceparent", $"00-{trace}-{caller}-01"));
        Assert.Matches($"^00-{trace}-(?!{caller})[0-9a-f]{{16}}-01$", (string?)continued["traceId"]);
        var own = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
        Assert.Matches($"^00-(?!{trace})[0-9a-f]{{32}}-[0-9a-f]{{16}}-0[01]$", (string?)own["traceId"]);
    }

    [Theory]
    [InlineData("/clusters?limit=x", "limit")]
    [InlineData("/clusterings?limit=", "limit")]
    public async Task Parameters_of_the_wrong_type_are_reported_by_name(string path, string field)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.NotNull((await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, path))["errors"]![field]);
    }
}
