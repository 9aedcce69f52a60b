namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// While a process that has just started still reads the published clustering, what is answered from it is answered with 503: an unknown
/// user and one who is not read yet must not look alike. Balancers that ask <c>/health/ready</c> send nothing before.
/// </summary>
internal static class SnapshotReadiness
{
    private const string RetryAfterSeconds = "1";

    /// <summary>Marks endpoints that are answered from the snapshot.</summary>
    public static TBuilder AnswersFromSnapshot<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark());

    public static void UseSnapshotReadiness(this WebApplication app)
    {
        bool loaded = false; // and then it stays so
        app.Use((context, next) =>
        {
            if (!loaded && context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null)
            {
                loaded = context.RequestServices.GetRequiredService<PublishedSnapshot>().IsLoaded;
                if (!loaded) return RefuseAsync(context);
            }

            return next(context);
        });
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Problem(
            statusCode: 503, title: "The service is starting.", detail: "It still reads the published clustering. Try again in a second.").ExecuteAsync(context);
    }

    private sealed class Mark;
}
