using System.Net;
using System.Text.RegularExpressions;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting;

/// <summary>Asserts for every operation of the document which keys are refused and which are admitted, outside Development.</summary>
public sealed partial class AccessTests(AccessHost access) : IClassFixture<AccessHost>
{
    private static readonly string[] _anonymous = ["/", "/dashboard", "/hangfire/{**path}", "/health/live", "/health/ready"];

    public static TheoryData<string> Operations => [.. ApiOperation.All.Select(operation => operation.ToString())];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Without_a_known_key_an_operation_is_rejected(string name)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(name, key: null));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(name, "a-key-that-is-not-known"));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_key_without_the_scope_is_rejected(string name)
    {
        string[] others = [.. AccessHost.NarrowScopes.Except(Find(name).Scopes)];
        Assert.NotEmpty(others);
        foreach (string scope in others) Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(name, AccessHost.KeyOf(scope)));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_key_with_the_scope_is_admitted(string name)
    {
        string[] scopes = Find(name).Scopes;
        Assert.NotEmpty(scopes);
        foreach (string scope in scopes.Append(Scopes.Admin))
        {
            var status = await CallAsync(name, AccessHost.KeyOf(scope));
            Assert.False(status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || (int)status >= 500, $"{name} with {scope}: {status}");
        }
    }

    [Fact]
    public void Every_endpoint_is_in_the_document_or_known_to_be_anonymous()
    {
        var endpoints = access.Endpoints.ToLookup(endpoint => endpoint.Metadata.GetMetadata<RequiredScope>() is null);
        Assert.Equal(ApiOperation.All.Select(operation => operation.ToString()).Append("GET /metrics").Order(), endpoints[false].SelectMany(Describe).Order());
        Assert.All(endpoints[true], endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>()));
        Assert.Equal(_anonymous, endpoints[true].Select(Path).Where(path => !path.StartsWith("/dashboard/", StringComparison.Ordinal)).Order());
    }

    private static ApiOperation Find(string name) => ApiOperation.All.Single(operation => operation.ToString() == name);

    private async Task<HttpStatusCode> CallAsync(string name, string? key)
    {
        using var request = Find(name).CreateRequest();
        if (key is not null) request.Headers.Add(ApiKeyAuthorization.HeaderName, key);
        using var response = await access.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static IEnumerable<string> Describe(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} {Path(endpoint)}");

    /// <summary>The path as the document writes it: without constraints.</summary>
    private static string Path(RouteEndpoint endpoint) => "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "").Trim('/');

    [GeneratedRegex(":[^}]+")]
    private static partial Regex Constraint();
}

/// <summary>One host for all access tests, in Production, with a key for each scope. Jobs are queued and not run.</summary>
public sealed class AccessHost(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost? _host;

    internal static string[] NarrowScopes { get; } = [.. Scopes.All.Where(scope => scope != Scopes.Admin)];

    internal HttpClient Client => _host!.Client;

    internal IEnumerable<RouteEndpoint> Endpoints => _host!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    internal static string KeyOf(string scope) => $"the-key-with-{scope}";

    public async ValueTask InitializeAsync()
    {
        var keys = Scopes.All.SelectMany((scope, i) => new[]
        {
            $"--InterestService:ApiKeys:{i}:Name={scope}", $"--InterestService:ApiKeys:{i}:Key={KeyOf(scope)}", $"--InterestService:ApiKeys:{i}:Scopes:0={scope}",
        });
        _host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), ["--environment=Production", "--InterestService:Role=Api", .. keys]);
        while ((await _host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status != HttpStatusCode.OK)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }
}
