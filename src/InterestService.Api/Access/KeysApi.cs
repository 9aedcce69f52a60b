using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Access;

/// <summary>Makes, lists, rotates and revokes keys of callers.</summary>
internal static class KeysApi
{
    private static readonly NewKeyResponse _newKey = new("shop-backend", "isk_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vIGtleQ");

    private static readonly KeyResponse _key = new(
        "shop-backend", [Scopes.WriteEvents, Scopes.ReadInterests], new DateTime(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc), "operator", null,
        new DateTime(2026, 11, 2, 9, 30, 0, DateTimeKind.Utc), KeySource.Managed);

    public static void AddKeys(this IServiceCollection services) => services.AddSingleton<KeyRegistry>();

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/keys").WithTags("Operations").RequireScope(Scopes.Admin);
        group.MapPost("/", Create).WithName("createKey").ProducesProblem(409)
            .WithRequestExample(new { Name = "shop-backend", Scopes = new[] { Scopes.WriteEvents, Scopes.ReadInterests } }).WithExample(201, _newKey)
            .WithInvalidExample("scopes", "Expected events:write, interests:read, clusterings:write, admin, found 'write'.");
        group.MapGet("/", List).WithName("listKeys").WithExample(200, new Page<KeyResponse>([_key], null));
        group.MapDelete("/{name}", Revoke).WithName("revokeKey").ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/{name}/rotate", Rotate).WithName("rotateKey").ProducesProblem(404).ProducesProblem(409)
            .WithRequestExample(new RotateKeyRequest { GraceSeconds = 3600 }).WithExample(200, _newKey)
            .WithInvalidExample("graceSeconds", $"Expected 0 to {RotateKeyRequest.MaxGraceSeconds}, found -1.");
    }

    /// <summary>Make a key</summary>
    /// <remarks>
    /// The key is in the answer and is not shown again, because the service stores only a salted hash of it. The key works
    /// immediately in the process that answers, and within five seconds in all others.
    /// </remarks>
    /// <response code="201">The key.</response>
    /// <response code="400">A field is not what was expected; `errors` names the field.</response>
    /// <response code="409">The name is in use.</response>
    private static async Task<Results<Created<NewKeyResponse>, ValidationProblem, ProblemHttpResult>> Create(
        CreateKeyRequest request, HttpContext http, KeyRegistry registry, TimeProvider time, CancellationToken cancellation)
    {
        var errors = request.Validate(time.GetUtcNow());
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);
        string name = request.Name!;
        string[] scopes = [.. request.Scopes!.OfType<string>().Distinct()];
        if (await registry.CreateAsync(name, scopes, request.ExpiresAt?.UtcDateTime, http.CallerName(), cancellation) is not { } key)
            return TypedResults.Problem(statusCode: 409, title: "The name is in use.", detail: $"There is a key with the name '{name}' already. Rotate or revoke it, or choose another name.");
        return TypedResults.Created($"/keys/{Uri.EscapeDataString(name)}", Show(http, name, key));
    }

    /// <summary>List keys</summary>
    /// <remarks>Those of the configuration and the managed ones, in the order of their names, without the keys themselves.</remarks>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    private static async Task<Results<Ok<Page<KeyResponse>>, ValidationProblem>> List(
        HttpContext http, KeyRegistry registry, CancellationToken cancellation, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, "", Paging.Text, out string last)) return Paging.BadCursor();
        var keys = (await registry.ListAsync(cancellation)).Where(key => string.CompareOrdinal(key.Name, last) > 0).Take(limit + 1).ToList();
        return TypedResults.Ok(Paging.ToPage(http, keys, limit, key => key, key => key.Name));
    }

    /// <summary>Revoke a key</summary>
    /// <remarks>
    /// Requests with it are refused, by this process at once and by every other one within five seconds. The name can be used again. Keys of the configuration are revoked
    /// there.
    /// </remarks>
    /// <param name="name" example="shop-backend">Of the key, percent-encoded, `%2F` included.</param>
    /// <response code="204">Revoked.</response>
    /// <response code="404">There is no such key.</response>
    /// <response code="409">The key belongs to the configuration.</response>
    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string name, HttpContext http, KeyRegistry registry, CancellationToken cancellation) =>
        await registry.RevokeAsync(name, http.CallerName(), cancellation) ? TypedResults.NoContent() : NotManaged(name, registry);

    /// <summary>Replace a key</summary>
    /// <remarks>
    /// The new key has the name, the scopes and the expiry of the old one, which ends at once or after `graceSeconds`: long enough to bring the new one to the
    /// caller. The body is optional.
    /// </remarks>
    /// <param name="name" example="shop-backend">Of the key, percent-encoded, `%2F` included.</param>
    /// <param name="request">How it is replaced.</param>
    /// <response code="200">The new key.</response>
    /// <response code="400">A field is not what was expected; `errors` names the field.</response>
    /// <response code="404">There is no such key.</response>
    /// <response code="409">The key belongs to the configuration.</response>
    private static async Task<Results<Ok<NewKeyResponse>, ValidationProblem, ProblemHttpResult>> Rotate(
        string name, RotateKeyRequest? request, HttpContext http, KeyRegistry registry, CancellationToken cancellation)
    {
        int grace = request?.GraceSeconds ?? 0;
        if (grace is < 0 or > RotateKeyRequest.MaxGraceSeconds)
            return Problems.Invalid("graceSeconds", $"Expected 0 to {RotateKeyRequest.MaxGraceSeconds}, found {grace}.");
        return await registry.RotateAsync(name, TimeSpan.FromSeconds(grace), http.CallerName(), cancellation) is { } key
            ? TypedResults.Ok(Show(http, name, key))
            : NotManaged(name, registry);
    }

    private static NewKeyResponse Show(HttpContext http, string name, string key)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new NewKeyResponse(name, key);
    }

    private static ProblemHttpResult NotManaged(string name, KeyRegistry registry) => registry.IsConfigured(name)
        ? TypedResults.Problem(
            statusCode: 409, title: "The key belongs to the configuration.",
            detail: $"'{name}' stands in InterestService__ApiKeys of the settings. Remove or change it there and restart the service.")
        : TypedResults.Problem(statusCode: 404, title: "The key does not exist.", detail: $"No key has the name '{name}'.");
}
