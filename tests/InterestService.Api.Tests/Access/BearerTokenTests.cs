using System.Net;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;

using Microsoft.IdentityModel.Tokens;

namespace InterestService.Api.Tests.Access;

public sealed class BearerTokenTests(PostgresFixture postgres)
{
    private const string Audience = "interest-service";

    [Fact]
    public async Task A_token_of_the_issuer_admits_its_caller_with_its_scopes()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var host = await StartAsync(issuer);
        foreach (string claim in new[] { "scope", "scp", "roles", "role" })
        {
            string reader = issuer.Create(Audience, new() { [claim] = "openid interests:read", ["client_id"] = "reports", ["sub"] = "somebody" });
            Assert.Equal(HttpStatusCode.OK, await CallAsync(host, HttpMethod.Get, "/clusters", reader));
            Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(host, HttpMethod.Put, "/users/x/opt-out", reader));
            Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(host, HttpMethod.Get, "/audit", reader));
        }

        string several = issuer.Create(Audience, new() { ["roles"] = new[] { "events:write", "admin" }, ["sub"] = "operator" });
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(host, HttpMethod.Put, "/users/x/opt-out", several));
        var entry = (await host.Client.CallAsync(HttpMethod.Get, "/audit", null, ("Authorization", $"Bearer {several}"))).Body!["items"]![0]!;
        Assert.Equal(("userOptedOut", "token:operator"), ((string?)entry["action"], (string?)entry["caller"]));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("X-API-Key", "the-key-of-the-operator"))).Status);
    }

    [Fact]
    public async Task Any_other_token_is_rejected()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var stranger = await TokenIssuer.StartAsync();
        await using var host = await StartAsync(issuer);
        Dictionary<string, object> claims = new() { ["scope"] = "admin", ["sub"] = "somebody" };
        string valid = issuer.Create(Audience, claims);
        string[] parts = valid.Split('.');
        string unsigned = $"{Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{parts[1]}.";
        string[] bad =
        [
            "", "nonsense", unsigned, $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("somebody", "somebodY", StringComparison.Ordinal))}.{parts[2]}",
            issuer.Create("another-service", claims), stranger.Create(Audience, claims), issuer.Create(Audience, claims, lifetime: TimeSpan.FromMinutes(-5)),
            issuer.Create(Audience, claims, notBefore: TimeSpan.FromMinutes(5)), issuer.Create(Audience, new() { ["scope"] = "admin" }),
            issuer.CreateWithPublicKeyAsSecret(Audience, claims),
        ];
        Assert.Equal(HttpStatusCode.OK, await CallAsync(host, HttpMethod.Get, "/audit", valid));
        foreach (string token in bad)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(host, HttpMethod.Get, "/audit", token));
            Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(host, HttpMethod.Get, "/users/hiker-0/cluster", token));
        }

        // A wrong key is not made good by a token.
        await host.Client.AssertProblemAsync(
            HttpStatusCode.Unauthorized, HttpMethod.Get, "/audit", null, ("X-API-Key", "a-key-that-is-not-known"), ("Authorization", $"Bearer {valid}"));
    }

    [Fact]
    public async Task Values_of_claims_are_mapped_to_scopes()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var host = await StartAsync(
            issuer, "--InterestService:Bearer:Grants:0:Value=analysts", "--InterestService:Bearer:Grants:0:Scope=interests:read");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(host, HttpMethod.Get, "/clusters", issuer.Create(Audience, new() { ["roles"] = "analysts", ["sub"] = "a" })));
        foreach (string value in new[] { "interests:read", "admin", "Analysts" })
            Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(host, HttpMethod.Get, "/clusters", issuer.Create(Audience, new() { ["roles"] = value, ["sub"] = "a" })));
    }

    [Fact]
    public async Task In_Development_too_a_bad_token_is_rejected_instead_of_ignored()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var host = await StartAsync(issuer, "--environment=Development");
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(host, HttpMethod.Get, "/clusters", "nonsense"));
    }

    [Fact]
    public async Task While_the_issuer_has_never_answered_its_callers_are_asked_to_wait_and_keys_go_on()
    {
        string token;
        Uri address;
        await using (var issuer = await TokenIssuer.StartAsync())
        {
            token = issuer.Create(Audience, new() { ["scope"] = "admin", ["sub"] = "a" });
            address = issuer.Address;
        }

        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), Settings(address));
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/clusters", null, ("Authorization", $"Bearer {token}"));
        Assert.Contains("issuer", (string)problem["title"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("X-API-Key", "the-key-of-the-operator"))).Status);
    }

    [Theory]
    [InlineData("Authority", "--InterestService:Bearer:Authority=login", "--InterestService:Bearer:Audience=x")]
    [InlineData("Authority", "--InterestService:Bearer:Authority=http://login.example.com", "--InterestService:Bearer:Audience=x")]
    [InlineData("Audience", "--InterestService:Bearer:Authority=https://login.example.com")]
    [InlineData("Grants__0__Scope", "--InterestService:Bearer:Authority=https://login.example.com", "--InterestService:Bearer:Audience=x", "--InterestService:Bearer:Grants:0:Value=a", "--InterestService:Bearer:Grants:0:Scope=b")]
    public async Task Settings_that_would_let_others_in_prevent_the_start(string words, params string[] settings)
    {
        await using var app = Program.Build(["--environment=Production", .. settings]);
        Assert.Contains(words, Assert.ThrowsAny<Exception>(app.Services.ValidateSettings).Message, StringComparison.Ordinal);
    }

    private static string[] Settings(Uri issuer) =>
    [
        "--environment=Production", "--InterestService:Role=Api", $"--InterestService:Bearer:Authority={issuer}", $"--InterestService:Bearer:Audience={Audience}",
        "--InterestService:ApiKeys:0:Name=operator", "--InterestService:ApiKeys:0:Key=the-key-of-the-operator", "--InterestService:ApiKeys:0:Scopes:0=admin",
    ];

    private async Task<ApiHost> StartAsync(TokenIssuer issuer, params string[] settings) =>
        await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), [.. Settings(issuer.Address), .. settings]);

    private static async Task<HttpStatusCode> CallAsync(ApiHost host, HttpMethod method, string path, string token) =>
        (await host.Client.CallAsync(method, path, null, ("Authorization", $"Bearer {token}"))).Status;
}
