using System.Net;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting.Telemetry;

public sealed class MetricsAccessTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("Api")]
    [InlineData("Worker")]
    public async Task In_every_role_they_ask_for_a_key_with_their_scope(string role)
    {
        await using var host = await StartAsync($"--InterestService:Role={role}");
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(host, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(host, "a-key-that-is-not-known"));
        foreach (string scope in Scopes.All)
            Assert.Equal(scope is Scopes.ReadMetrics or Scopes.Admin ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await ReadAsync(host, AccessHost.KeyOf(scope)));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Client.CallAsync(HttpMethod.Post, "/metrics", null, ("X-API-Key", AccessHost.KeyOf(Scopes.Admin)))).Status);
    }

    [Fact]
    public async Task In_Development_callers_on_this_machine_need_no_key()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(host, null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client.CallAsync(HttpMethod.Get, "/metrics", null, ("X-Forwarded-For", "192.0.2.1"))).Status);
    }

    [Theory]
    [InlineData("Open", HttpStatusCode.OK)]
    [InlineData("off", HttpStatusCode.NotFound)]
    public async Task The_setting_opens_them_or_switches_them_off(string access, HttpStatusCode expected)
    {
        await using var host = await StartAsync($"--InterestService:Metrics={access}");
        Assert.Equal(expected, await ReadAsync(host, null));
    }

    private async Task<ApiHost> StartAsync(string setting) => await ApiHost.StartAsync(
        await postgres.CreateDatabaseAsync(),
        [
            "--environment=Production", setting,
            .. Scopes.All.SelectMany((scope, i) => new[]
            {
                $"--InterestService:ApiKeys:{i}:Name={scope}", $"--InterestService:ApiKeys:{i}:Key={AccessHost.KeyOf(scope)}", $"--InterestService:ApiKeys:{i}:Scopes:0={scope}",
            }),
        ]);

    private static async Task<HttpStatusCode> ReadAsync(ApiHost host, string? key) =>
        (await host.Client.CallAsync(HttpMethod.Get, "/metrics", null, key is null ? [] : [("X-API-Key", key)])).Status;
}
