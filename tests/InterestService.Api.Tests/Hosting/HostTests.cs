using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting;

public sealed class HostTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_frameworks_own_errors_are_problem_documents_too()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/nowhere");
        await host.Client.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, HttpMethod.Delete, "/events");
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        await host.Client.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, "/clusterings", xml);
    }

    [Fact]
    public async Task A_worker_answers_health_checks_and_nothing_else()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), "--InterestService:Role=Worker");
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/clusters")).Status);
    }

    [Fact]
    public async Task The_jobs_dashboard_is_there()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/hangfire")).Status);
    }
}
