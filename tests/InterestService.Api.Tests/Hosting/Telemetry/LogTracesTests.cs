using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>The log of the service outside Development: compact JSON, in which <c>@tr</c> is the id of the trace and <c>@sp</c> that of the span.</summary>
[Collection(nameof(ObservedService))]
public sealed class LogTracesTests(ObservedService observed)
{
    [Fact]
    public async Task Every_line_of_a_request_names_its_trace_and_span()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        var (status, problem, _) = await observed.Client.CallAsync(HttpMethod.Get, "/clusters/404404", null, ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains(trace, (string)problem!["traceId"]!, StringComparison.Ordinal);
        await Wait.UntilAsync(() => Task.FromResult(Lines.Any(line => (string?)line["@tr"] == trace)));
        var lines = Lines.Where(line => line["RequestId"] is not null).ToList();
        Assert.True(lines.Count > 3);
        Assert.All(lines, AssertTraced);
    }

    [Fact]
    public void Every_line_of_a_job_names_the_trace_of_the_request_that_started_it()
    {
        var lines = Lines.Where(line => (string?)line["SourceContext"] is "InterestService.Api.Jobs.JobRunner" or "InterestService.Api.Clusterings.ClusteringJob").ToList();
        Assert.True(lines.Count >= 2);
        Assert.All(lines, line =>
        {
            AssertTraced(line);
            Assert.Equal(ObservedService.CallerTrace, (string?)line["@tr"]);
            Assert.Contains((string)observed.Clustering["id"]!, (string)line["@m"]!, StringComparison.Ordinal);
        });
    }

    private IEnumerable<JsonNode> Lines => observed.Service.Lines.Select(line => JsonNode.Parse(line)!);

    private static void AssertTraced(JsonNode line)
    {
        Assert.Matches("^[0-9a-f]{32}$", (string?)line["@tr"]);
        Assert.Matches("^[0-9a-f]{16}$", (string?)line["@sp"]);
    }
}
