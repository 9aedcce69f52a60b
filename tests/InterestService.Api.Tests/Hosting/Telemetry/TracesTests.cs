using System.Text;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace InterestService.Api.Tests.Hosting.Telemetry;

[Collection(nameof(ObservedService))]
public sealed class TracesTests(ObservedService observed, PostgresFixture postgres)
{
    private const string Service = "InterestService", Database = "Npgsql";

    [Fact]
    public async Task A_request_its_job_the_stages_and_the_statements_are_one_trace()
    {
        IReadOnlyList<ExportedSpan> trace = [];
        await Wait.UntilAsync(() =>
        {
            trace = [.. observed.Collector.Spans.Where(span => span.TraceId == ObservedService.CallerTrace)];
            return Task.FromResult(trace.Any(span => span.Name == "run clustering"));
        });
        var request = trace.Single(span => span.Name == "POST /clusterings/");
        Assert.Equal((Service, ObservedService.CallerSpan), (request.Scope, request.ParentId));
        Assert.Equal(("POST", "/clusterings/", "202"), (request.Attributes["http.request.method"], request.Attributes["http.route"], request.Attributes["http.response.status_code"]));
        AssertStatement(request, "INSERT INTO clusterings");

        var run = trace.Single(span => span.Name == "run clustering");
        Assert.Equal((Service, request.Id), (run.Scope, run.ParentId));
        Assert.Equal(
            ["stage clean", "stage cluster", "stage encode", "stage evaluate", "stage load", "stage profile", "stage project", "stage save"],
            trace.Where(span => span.ParentId == run.Id && span.Scope == Service).Select(span => span.Name).Order());
        AssertStatement(run, "INSERT INTO publication");

        void AssertStatement(ExportedSpan cause, string sql) => Assert.Contains(trace, span =>
            span.Scope == Database && span.ParentId == cause.Id && span.Attributes.TryGetValue("db.query.text", out string? text) && text.Contains(sql, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_request_and_no_job_causes_is_not_traced()
    {
        await observed.ScrapeAsync();
        await observed.Client.CallAsync(HttpMethod.Get, $"/users/{ObservedService.User}/cluster");
        await observed.Client.CallAsync(HttpMethod.Get, "/clusterings?limit=17");
        await Wait.UntilAsync(() => Task.FromResult(observed.Collector.Spans.Any(span => span.Name == "GET /clusterings/")));
        Assert.DoesNotContain(observed.Collector.Spans, span => span.Scope == Database && span.ParentId.Length == 0);
        Assert.DoesNotContain(observed.Collector.Spans, span => span.Name is "GET /metrics" or "GET /health/ready");
        Assert.DoesNotContain(observed.Collector.Spans, span => span.Name == "GET /users/{id}/cluster" && span.Attributes["http.response.status_code"] == "200");
    }

    [Fact]
    public async Task Spans_hold_nothing_of_users_and_items()
    {
        await observed.Client.CallAsync(HttpMethod.Get, $"/users/{ObservedService.User}/interests");
        await observed.Client.CallAsync(HttpMethod.Delete, "/users/guest-7");
        await Wait.UntilAsync(() => Task.FromResult(observed.Collector.Spans.Any(span => span.Name == "DELETE /users/{id}")));
        foreach (byte[] body in observed.Collector.Bodies)
            foreach (string secret in new[] { "hiker-", "guest-7", "Hiking-", "the-key" })
                Assert.DoesNotContain(secret, Encoding.Latin1.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Null(host.Services.GetService<TracerProvider>());
    }
}
