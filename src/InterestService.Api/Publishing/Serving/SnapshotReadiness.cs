using InterestService.Api.Publishing.Snapshots;

namespace InterestService.Api.Publishing.Serving;

/// <summary>
/// Answers lookups with 503 while a process that has just started reads the published clustering, so that a user who is not read yet does not
/// look like an unknown one, and lets those wait that know a later publication than the process has read (<see cref="SeenPublication"/>). Load
/// balancers that ask <c>/health/ready</c> send no lookups before.
/// </summary>
internal static class SnapshotReadiness
{
    private const string RetryAfterSeconds = "1";

    /// <summary>Marks endpoints that answer from the snapshot.</summary>
    public static TBuilder AnswersFromSnapshot<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark());

    public static void UseSnapshotReadiness(this WebApplication app)
    {
        PublishedSnapshot? published = null; // resolved by the first request, since the database is opened after the host is built
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is null) return next(context);
            published ??= context.RequestServices.GetRequiredService<PublishedSnapshot>();
            if (!published.IsLoaded) return RefuseAsync(context);
            return SeenPublication.IsLater(context.Request, published.Current) ? CatchUpAsync(context, next, published) : next(context);
        });
    }

    private static async Task CatchUpAsync(HttpContext context, RequestDelegate next, PublishedSnapshot published)
    {
        await published.RefreshAsync(context.RequestAborted);
        await next(context);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Problem(
            statusCode: 503, title: "The service is starting.", detail: "The published clustering is being loaded. Try again in a second.").ExecuteAsync(context);
    }

    private sealed class Mark;
}
