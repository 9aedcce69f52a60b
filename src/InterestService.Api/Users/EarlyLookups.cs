using System.Diagnostics;
using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.RateLimits;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;

namespace InterestService.Api.Users;

/// <summary>
/// Answers <c>GET /users/{id}/cluster</c> with 200 or 304 as soon as it is routed, because the middleware that other requests pass costs several
/// times as much as the answer. Whatever has another answer, and every lookup while lookups are limited or the log shows requests that succeed, takes the
/// way of all requests.
/// </summary>
internal static class EarlyLookups
{
    /// <summary>Marks the endpoint, whose route has the value <c>id</c>.</summary>
    public static TBuilder AnswersEarly<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark());

    public static void UseEarlyLookups(this WebApplication app)
    {
        // Resolved by the first request, since the database is opened after the host is built.
        ApiKeyStore? keys = null;
        RateLimits? limits = null;
        PublishedSnapshot? published = null;
        var areLogged = app.LogsLookups();
        var instruments = new LookupInstruments(app.Services.GetRequiredService<IMeterFactory>());
        app.Use((context, next) =>
        {
            var endpoint = context.GetEndpoint();
            if (endpoint?.Metadata.GetMetadata<Mark>() is null || context.Request.QueryString.HasValue || areLogged()) return next(context);
            limits ??= app.Services.GetRequiredService<RateLimits>();
            if (limits.LimitsLookups) return next(context);
            long started = Stopwatch.GetTimestamp();
            keys ??= app.Services.GetRequiredService<ApiKeyStore>();
            published ??= app.Services.GetRequiredService<PublishedSnapshot>();
            bool answered = endpoint.Metadata.GetMetadata<RequiredScope>() is { } scope
                && keys.FindCaller(context)?.Has(scope) is true
                && published.Current is { } snapshot
                && !SeenPublication.IsLater(context.Request, snapshot)
                && context.Request.RouteValues["id"] is string id
                && TryAnswer(context, snapshot, id);
            if (!answered) return next(context);
            instruments.Record(context, started);
            return Task.CompletedTask;
        });
    }

    /// <summary>Answers with the cluster of a user.</summary>
    /// <returns>False when the snapshot has no such user.</returns>
    public static bool TryAnswer(HttpContext http, Snapshot snapshot, string id)
    {
        if (!snapshot.TryFind(id, out var user)) return false;
        if (ConditionalGet.IsNotModified(http, user.ETag)) http.Response.StatusCode = StatusCodes.Status304NotModified;
        else snapshot.Json.WriteTo(http.Response, user);
        return true;
    }

    private sealed class Mark;
}
