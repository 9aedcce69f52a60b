using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>
/// Callers show a key as <c>X-API-Key</c>. In Development, callers on the same machine need none and may do everything.
/// </summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<InterestServiceOptions> options,
    IHostEnvironment environment) : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string HeaderName = "X-API-Key";
    public const string ScopeClaim = "scope";

    private readonly (byte[] Hash, ClaimsPrincipal Caller)[] _keys =
        [.. options.Value.ApiKeys.Select(key => (Hash(key.Key), Caller(key.Name, key.Scopes)))];

    private static readonly ClaimsPrincipal _developer = Caller("developer", [Scopes.Admin]);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = SchemeName;
        return base.HandleChallengeAsync(properties);
    }

    private AuthenticateResult Authenticate()
    {
        string? shown = Request.Headers[HeaderName];
        if (string.IsNullOrEmpty(shown))
        {
            return environment.IsDevelopment() && LocalCaller.Is(Context) ? Success(_developer) : AuthenticateResult.NoResult();
        }

        // Hashes have one length, and comparing them takes one time, whatever was guessed right.
        byte[] hash = Hash(shown);
        foreach (var (known, caller) in _keys)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) return Success(caller);
        return AuthenticateResult.Fail($"The key in {HeaderName} is not known.");
    }

    private static AuthenticateResult Success(ClaimsPrincipal caller) => AuthenticateResult.Success(new AuthenticationTicket(caller, SchemeName));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static ClaimsPrincipal Caller(string name, IEnumerable<string> scopes) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, name), .. scopes.Select(scope => new Claim(ScopeClaim, scope))], SchemeName));
}

internal static class ApiKeyServices
{
    /// <summary>Registers the scheme and one policy a scope; <see cref="Scopes.Admin"/> opens every one.</summary>
    public static void AddApiKeys(this IServiceCollection services)
    {
        services.AddAuthentication(ApiKeyAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (string scope in Scopes.All)
            AddPolicy(scope, scope);
        AddPolicy(Scopes.FollowClusterings, Scopes.ReadInterests, Scopes.WriteClusterings);

        void AddPolicy(string name, params string[] scopes) => authorization.AddPolicy(
            name, policy => policy.RequireAuthenticatedUser().RequireClaim(ApiKeyAuthenticationHandler.ScopeClaim, [.. scopes, Scopes.Admin]));
    }
}
