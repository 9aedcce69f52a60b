using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>
/// Finds callers by a JSON Web Token of an OpenID Connect issuer (<c>Authorization: Bearer</c>), when one is configured. The framework's handler
/// checks tokens; its middleware, which requests with keys would pass too, is not used. Thread-safe.
/// </summary>
internal sealed partial class BearerTokens(
    IOptions<BearerOptions> settings, IOptionsMonitor<JwtBearerOptions> tokens, ILoggerFactory loggers, ILogger<BearerTokens> logger)
{
    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>What names of these callers begin with, so that none has the name of a key.</summary>
    public const string NamePrefix = "token:";

    private static readonly AuthenticationScheme _scheme = new(Scheme, displayName: null, typeof(JwtBearerHandler));

    /// <summary>The program before the person: a name stands in logs.</summary>
    private static readonly string[] _names = ["client_id", "azp", "sub"];

    private static readonly string[] _grants = ["scope", "scp", "roles", "role"];

    /// <summary>Whether an issuer is configured.</summary>
    public bool AreAccepted { get; } = settings.Value.Authority.Length > 0;

    public static void Add(IServiceCollection services)
    {
        services.AddSettings<BearerOptions>(
            BearerOptions.Subsection, options => options.Validate().Select(error => $"InterestService__{BearerOptions.Subsection}__{error}"));
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        services.AddOptions<JwtBearerOptions>(Scheme).Configure<IOptions<BearerOptions>>((token, settings) =>
        {
            token.Authority = settings.Value.Authority;
            token.Audience = settings.Value.Audience;
            token.RequireHttpsMetadata = !new Uri(settings.Value.Authority).IsLoopback;
            token.MapInboundClaims = false;
            token.BackchannelTimeout = TimeSpan.FromSeconds(5);
            token.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        });
    }

    /// <summary>Returns whether a request came with a token.</summary>
    public bool IsSent(HttpContext context) =>
        AreAccepted && context.Request.Headers.Authorization.ToString().StartsWith($"{Scheme} ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the issuer's keys are known; reads them if not. Without them, valid tokens would not be recognized.</summary>
    public async Task<bool> KnowsIssuerAsync(CancellationToken cancellation)
    {
        try
        {
            await tokens.Get(Scheme).ConfigurationManager!.GetConfigurationAsync(cancellation);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            LogUnknown(exception);
            return false;
        }
    }

    /// <summary>Finds who sent a request.</summary>
    /// <returns>Null when the token is not valid.</returns>
    public async Task<Caller?> FindCallerAsync(HttpContext context)
    {
        var handler = new JwtBearerHandler(tokens, loggers, UrlEncoder.Default);
        await handler.InitializeAsync(_scheme, context);
        if ((await handler.AuthenticateAsync()).Principal is not { } principal) return null;
        string? name = _names.Select(principal.FindFirstValue).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        return name is null ? null : new Caller(NamePrefix + name, [.. ScopesOf(principal)], Scheme);
    }

    private IEnumerable<string> ScopesOf(ClaimsPrincipal principal)
    {
        var grants = settings.Value.Grants;
        return principal.Claims.Where(claim => _grants.Contains(claim.Type))
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(value => grants.Count == 0 ? [value] : grants.Where(grant => grant.Value == value).Select(grant => grant.Scope))
            .Where(Scopes.All.Contains);
    }

    [LoggerMessage(LogLevel.Warning, "The keys of the issuer of tokens cannot be read")]
    private partial void LogUnknown(Exception exception);
}
