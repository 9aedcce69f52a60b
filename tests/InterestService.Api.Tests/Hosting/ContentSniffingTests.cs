using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting;

public sealed class ContentSniffingTests(PostgresFixture postgres)
{
    [Fact]
    public async Task No_answer_leaves_its_type_to_a_browsers_guess()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string id = (string)(await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusteringId"]!;
        (HttpStatusCode Status, HttpMethod Method, string Path)[] calls =
        [
            (HttpStatusCode.OK, HttpMethod.Get, "/users/hiker-0/cluster"), (HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster"),
            (HttpStatusCode.OK, HttpMethod.Head, "/users/hiker-0/cluster"), (HttpStatusCode.OK, HttpMethod.Get, "/clusters"), (HttpStatusCode.OK, HttpMethod.Get, "/health/ready"),
            (HttpStatusCode.OK, HttpMethod.Get, $"/clusterings/{id}/assignments"), (HttpStatusCode.OK, HttpMethod.Get, $"/clusterings/{id}/progress"),
            (HttpStatusCode.OK, HttpMethod.Get, "/metrics"), (HttpStatusCode.OK, HttpMethod.Get, "/dashboard"), (HttpStatusCode.OK, HttpMethod.Get, "/swagger/v1/swagger.json"),
            (HttpStatusCode.OK, HttpMethod.Get, "/hangfire"), (HttpStatusCode.NoContent, HttpMethod.Put, "/users/hiker-0/opt-out"),
            (HttpStatusCode.MethodNotAllowed, HttpMethod.Patch, "/clusters"), (HttpStatusCode.NotFound, HttpMethod.Get, "/nowhere"),
        ];
        foreach (var (status, method, path) in calls) await AssertAsync(status, method, path);
        // The framework removes all headers from the answer to an exception.
        using var broken = new StringContent("{", Encoding.UTF8, "application/json");
        await AssertAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/clusterings", broken);
        await AssertAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/clusterings", null, ("Origin", "http://evil.example"));
        await AssertAsync(HttpStatusCode.NotModified, HttpMethod.Get, "/users/hiker-1/cluster", null, ("If-None-Match", await TagAsync("/users/hiker-1/cluster")));

        async Task AssertAsync(HttpStatusCode status, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            foreach (var (name, value) in headers) request.Headers.Add(name, value);
            using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(status == response.StatusCode, $"{method} {path}: {response.StatusCode}");
            Assert.True(response.Headers.TryGetValues("X-Content-Type-Options", out var values), $"{method} {path} ({status})");
            Assert.Equal("nosniff", Assert.Single(values));
        }

        async Task<string> TagAsync(string path) => (await host.Client.CallAsync(HttpMethod.Get, path)).Response.Headers.ETag!.ToString();
    }
}
