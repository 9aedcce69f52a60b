using InterestService.Api.Hosting.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>
/// Authenticates callers by the header <c>X-API-Key</c>, or by a token (<see cref="BearerTokens"/>), and authorizes them by scope, in one middleware. Every endpoint declares a scope or
/// anonymous access; one that declares neither refuses all callers. In Development, callers on the same machine need no key and have every
/// scope.
/// </summary>
/// <remarks>
/// The framework's authentication handler and policies give the same answers, but more than double what a lookup allocates. Anonymous access
/// and <see cref="HttpContext.User"/> are the framework's own.
/// </remarks>
internal static class ApiKeyAuthorization
{
    public const string Scheme = "ApiKey";
    public const string HeaderName = "X-API-Key";

    public static void AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyStore>().AddSingleton<KeyRequirement>().AddSingleton<ManagedKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagedKeys>());
        services.AddSingleton<IValidateOptions<InterestServiceOptions>, ApiKeyOptionsValidator>();
        BearerTokens.Add(services);
    }

    /// <summary>Returns the name of the caller of an endpoint that requires a scope.</summary>
    public static string CallerName(this HttpContext context) => context.User.Identity!.Name!;

    /// <summary>Admits only callers that have one of the scopes.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new RequiredScope(anyOf));

    public static void UseApiKeys(this WebApplication app)
    {
        ApiKeyStore? keys = null;
        BearerTokens? tokens = null;
        app.Use((context, next) =>
        {
            // No endpoint answers 404; the routing's own endpoints for 405 and 415 have no route.
            if (context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
            var scope = endpoint.Metadata.GetMetadata<RequiredScope>();
            if (scope is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
            keys ??= app.Services.GetRequiredService<ApiKeyStore>();
            tokens ??= app.Services.GetRequiredService<BearerTokens>();
            if (keys.FindCaller(context) is { } caller) return AdmitAsync(context, caller, scope, next);
            if (ApiKeyStore.HasKey(context) || !tokens.IsSent(context)) return RefuseAsync(context, keys, tokens);
            return AdmitAsync(context, tokens, scope, next);
        });
    }

    private static async Task AdmitAsync(HttpContext context, BearerTokens tokens, RequiredScope? scope, RequestDelegate next)
    {
        if (!await tokens.KnowsIssuerAsync(context.RequestAborted)) await PostponeAsync(context, "The issuer of the token does not answer.");
        else if (await tokens.FindCallerAsync(context) is { } caller) await AdmitAsync(context, caller, scope, next);
        else await RefuseAsync(context, tokens);
    }

    private static Task AdmitAsync(HttpContext context, Caller caller, RequiredScope? scope, RequestDelegate next)
    {
        context.User = caller.Principal;
        if (scope is not null && caller.Has(scope)) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, ApiKeyStore keys, BearerTokens tokens)
    {
        if (keys.IsUndecided(context)) return PostponeAsync(context, "The keys are not known yet.");
        if (!keys.NeedsOtherType(context)) return RefuseAsync(context, tokens);
        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType; // the caller would look in vain for a key
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, BearerTokens tokens)
    {
        context.Response.Headers.WWWAuthenticate = tokens.AreAccepted ? new StringValues([Scheme, BearerTokens.Scheme]) : Scheme;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static Task PostponeAsync(HttpContext context, string title)
    {
        context.Response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable, title: title, detail: "Try again in a few seconds.").ExecuteAsync(context);
    }
}

/// <summary>Endpoint metadata: the scope that callers must have.</summary>
/// <param name="AnyOf">Any one of these suffices.</param>
internal sealed record RequiredScope(string[] AnyOf)
{
    public override string ToString() => string.Join(" or ", AnyOf);
}
