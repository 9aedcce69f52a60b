using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>
/// Callers show a key as <c>X-API-Key</c>. In Development, callers on the same machine need none and may do everything. One step of
/// the way of a request: the framework's authentication and authorization took as long as a lookup itself.
/// </summary>
internal static class ApiKeyAuthorization
{
    public const string Scheme = "ApiKey";
    public const string HeaderName = "X-API-Key";

    private static readonly Caller _developer = new("developer", [Scopes.Admin]);

    public static void AddApiKeys(this IServiceCollection services) =>
        services.AddSingleton<ApiKeyStore>().AddSingleton<IValidateOptions<InterestServiceOptions>, ApiKeyOptionsValidator>();

    /// <summary>Lets callers with one of some scopes in only.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new RequiredScope(anyOf));

    public static void UseApiKeys(this WebApplication app)
    {
        ApiKeyStore? keys = null;
        bool development = app.Environment.IsDevelopment();
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is not { } scope) return next(context);
            string? shown = context.Request.Headers[HeaderName];
            var caller = !string.IsNullOrEmpty(shown) ? (keys ??= app.Services.GetRequiredService<ApiKeyStore>()).Find(shown) : development && LocalCaller.Is(context) ? _developer : null;
            if (caller is null)
            {
                context.Response.Headers.WWWAuthenticate = Scheme;
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }

            context.User = caller.Principal;
            if (caller.Has(scope)) return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }
}

/// <summary>What an endpoint asks of its callers.</summary>
/// <param name="AnyOf">One of these scopes.</param>
internal sealed record RequiredScope(string[] AnyOf)
{
    public override string ToString() => string.Join(" or ", AnyOf);
}
