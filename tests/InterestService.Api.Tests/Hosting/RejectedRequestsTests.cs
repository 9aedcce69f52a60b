using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting;

/// <summary>Requests that the server refuses before any middleware runs.</summary>
public sealed class RejectedRequestsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_is_answered_with_a_problem_document_and_counted()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var meters = new TestMeters(host.Services.GetRequiredService<IMeterFactory>());
        (string Request, int Status)[] requests =
        [
            (Get("/users/a%00/interests"), 400), (Get("/x%2F%00"), 400), ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET\r\n\r\n", 400),
            (Get("/" + new string('y', 9000)), 414), (Get("/clusters", $"X-Long: {new string('z', 40_000)}"), 431),
            (Get("/clusters", [.. Enumerable.Range(0, 150).Select(i => $"X-{i}: 1")]), 431), ("GET /clusters HTTP/1.1\r\n\r\n", 400),
            (Get("/clusters", "Host: second"), 400), (Get("/clusters", "Content-Length: -1"), 400), ("GET / HTTP/7.3\r\nHost: x\r\n\r\n", 505),
            (Get("/clusters", "No colon"), 400),
        ];
        foreach (var (request, status) in requests)
        {
            var (answered, headers, body) = await SendAsync(host, request);
            Assert.True(status == answered, $"{request[..Math.Min(40, request.Length)]}: {answered}");
            Assert.Contains("\r\nContent-Type: application/problem+json\r\n", headers, StringComparison.Ordinal);
            Assert.Contains($"\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", headers, StringComparison.Ordinal);
            Assert.Contains("\r\nX-Content-Type-Options: nosniff\r\n", headers, StringComparison.Ordinal);
            var problem = JsonNode.Parse(body)!;
            Assert.Equal(status, (int)problem["status"]!);
            Assert.NotEmpty((string)problem["traceId"]!);
            Assert.NotEmpty((string)problem["title"]!);
            Assert.DoesNotContain("''", (string)problem["detail"]!, StringComparison.Ordinal);
        }

        Assert.Equal(requests.Length, meters.Read("interestservice.http.rejected_requests"));
    }

    [Fact]
    public async Task Answers_before_a_refused_request_of_the_same_connection_stay_whole()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (status, _, body) = await SendAsync(host, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/%00"));
        Assert.Equal(200, status);
        Assert.Contains("HTTP/1.1 400 Bad Request\r\n", body, StringComparison.Ordinal);
        Assert.Equal(400, (int)JsonNode.Parse(body[body.IndexOf('{', StringComparison.Ordinal)..])!["status"]!);
    }

    [Fact]
    public async Task A_refused_head_request_has_no_body()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (status, _, body) = await SendAsync(host, "HEAD /clusters HTTP/1.1\r\n\r\n");
        Assert.Equal((400, ""), (status, body));
    }

    private static string Get(string target, params string[] headers) =>
        $"GET {target} HTTP/1.1\r\nHost: x\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";

    private static async Task<(int Status, string Headers, string Body)> SendAsync(ApiHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.BaseAddress.Host, host.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server closes without reading to the end; what it sent before counts.
        }

        string[] parts = Encoding.UTF8.GetString(answer.ToArray()).Split("\r\n\r\n", 2);
        return (int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts[0] + "\r\n", parts[1]);
    }
}
