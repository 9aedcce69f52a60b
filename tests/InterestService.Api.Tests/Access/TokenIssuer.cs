using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace InterestService.Api.Tests.Access;

/// <summary>An OpenID Connect issuer on a free port of this machine, as far as a service that checks tokens knows it.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RSA _key;
    private readonly RsaSecurityKey _signing;

    private TokenIssuer(WebApplication app, RSA key, RsaSecurityKey signing) => (_app, _key, _signing) = (app, key, signing);

    public Uri Address => new(_app.Urls.Single());

    private string Name => Address.ToString();

    public static async Task<TokenIssuer> StartAsync()
    {
        var key = RSA.Create(2048);
        var signing = new RsaSecurityKey(key) { KeyId = Guid.NewGuid().ToString() };
        var published = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.ExportParameters(includePrivateParameters: false)) { KeyId = signing.KeyId });
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = $"{app.Urls.Single()}/",
            ["jwks_uri"] = $"{app.Urls.Single()}/keys",
        }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = published.Kty, use = "sig", kid = published.Kid, n = published.N, e = published.E } } }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TokenIssuer(app, key, signing);
    }

    /// <summary>Makes a token.</summary>
    /// <param name="audience">For whom.</param>
    /// <param name="claims">Its other claims.</param>
    /// <param name="lifetime">How long it is valid from now; 10 minutes.</param>
    /// <param name="notBefore">From when on it is valid; now.</param>
    public string Create(string audience, Dictionary<string, object> claims, TimeSpan? lifetime = null, TimeSpan? notBefore = null) =>
        Create(audience, claims, new SigningCredentials(_signing, SecurityAlgorithms.RsaSha256), lifetime ?? TimeSpan.FromMinutes(10), notBefore);

    /// <summary>Makes a token whose signature uses what everyone knows as the secret of a symmetric algorithm.</summary>
    public string CreateWithPublicKeyAsSecret(string audience, Dictionary<string, object> claims) => Create(
        audience, claims, new SigningCredentials(new SymmetricSecurityKey(_key.ExportSubjectPublicKeyInfo()) { KeyId = _signing.KeyId }, SecurityAlgorithms.HmacSha256),
        TimeSpan.FromMinutes(10), notBefore: null);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private string Create(string audience, Dictionary<string, object> claims, SigningCredentials credentials, TimeSpan lifetime, TimeSpan? notBefore)
    {
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = audience,
            Claims = claims,
            NotBefore = now + (notBefore ?? TimeSpan.FromMinutes(-10)),
            Expires = now + lifetime + (notBefore ?? TimeSpan.Zero),
            SigningCredentials = credentials,
        });
    }
}
