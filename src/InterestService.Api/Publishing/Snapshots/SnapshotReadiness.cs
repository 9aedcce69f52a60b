using InterestService.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// Answers lookups with 503 while a process that has just started reads the published clustering, so that a user who is not read yet does not
/// look like an unknown one. Load balancers that ask <c>/health/ready</c> send no lookups before.
/// </summary>
internal static class SnapshotReadiness
{
    private const string RetryAfterSeconds = "1";

    /// <summary>Marks endpoints that answer from the snapshot.</summary>
    public static TBuilder AnswersFromSnapshot<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark());

    public static void UseSnapshotReadiness(this WebApplication app)
    {
        bool loaded = false; // once true, it remains so
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
            statusCode: 503, title: "The service is starting.", detail: "The published clustering is being loaded. Try again in a second.").ExecuteAsync(context);
    }

    private sealed class Mark;
}

/// <summary>Problems that lookups answer with.</summary>
internal static class PublishedProblems
{
    public static ProblemHttpResult NothingPublished() => TypedResults.Problem(
        statusCode: 404, title: "Nothing is published.", detail: "Start a clustering with POST /clusterings and wait until it has succeeded.");

    public static ProblemHttpResult NoSuchCluster(int id) => TypedResults.Problem(
        statusCode: 404, title: "The cluster does not exist.", detail: $"The published clustering has no cluster {id}.");

    /// <summary>Answers that a user has no cluster, and why.</summary>
    public static ProblemHttpResult NoCluster(Snapshot snapshot, string userId) => snapshot.People.HasOptedOut(userId)
        ? OptedOut(userId)
        : TypedResults.Problem(
            statusCode: 404, title: "The user has no cluster.",
            detail: $"'{userId}' is not part of the published clustering. " + (Encoders.Named(snapshot.Encoder).ReadsSearches
                ? "A user needs an event on an item or a search that counts; new users get a cluster within a minute."
                : $"A user needs an event on an item that counts, since the encoder '{snapshot.Encoder}' reads no searches; new users get a cluster within a minute."));

    public static ProblemHttpResult OptedOut(string userId) => TypedResults.Problem(
        statusCode: 404, title: "The user has opted out.",
        detail: $"'{userId}', or another id of the same person, has opted out, so nothing is computed or returned for the person.");
}
