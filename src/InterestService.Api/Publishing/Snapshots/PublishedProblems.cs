using InterestService.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Problems that lookups answer with.</summary>
internal static class PublishedProblems
{
    public static ProblemHttpResult NothingPublished() => TypedResults.Problem(
        statusCode: 404, title: "Nothing is published.", detail: "Start a clustering with POST /clusterings and wait until it has succeeded.");

    public static ProblemHttpResult NoSuchCluster(int id) => TypedResults.Problem(
        statusCode: 404, title: "The cluster does not exist.", detail: $"The published clustering has no cluster {id}.");

    /// <summary>Answers that a user has no cluster, and why.</summary>
    /// <param name="snapshot">What is published.</param>
    /// <param name="userId">The user.</param>
    /// <param name="reason">Why the user's events give none. Default: what every user needs, without a look at the events.</param>
    public static ProblemHttpResult NoCluster(Snapshot snapshot, string userId, string? reason = null) => snapshot.People.HasOptedOut(userId)
        ? OptedOut(userId)
        : TypedResults.Problem(
            statusCode: 404, title: "The user has no cluster.",
            detail: $"'{userId}' is not part of the published clustering. " + (reason ?? (Encoders.Named(snapshot.Encoder).ReadsSearches
                ? "A user needs an event on an item or a search that counts, not a dislike; new users get a cluster within a minute."
                : $"A user needs an event on an item that counts, not a dislike, since the encoder '{snapshot.Encoder}' reads no searches; new users get a cluster within a minute.")
                + " GET /users/{id}/explanation tells what is missing."));

    public static ProblemHttpResult OptedOut(string userId) => TypedResults.Problem(
        statusCode: 404, title: "The user has opted out.",
        detail: $"'{userId}', or another id of the same person, has opted out, so nothing is computed or returned for the person.");
}
