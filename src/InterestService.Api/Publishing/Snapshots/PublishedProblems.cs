using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Publishing.Snapshots;

internal static class PublishedProblems
{
    public static ProblemHttpResult NothingPublished() => TypedResults.Problem(
        statusCode: 404, title: "Nothing is published.", detail: "Start a clustering with POST /clusterings and wait until it has succeeded.");

    public static ProblemHttpResult NoSuchCluster(int id) => TypedResults.Problem(
        statusCode: 404, title: "There is no such cluster.", detail: $"The published clustering has no cluster {id}.");

    public static ProblemHttpResult NoCluster(string userId) => TypedResults.Problem(
        statusCode: 404, title: "The user has no cluster.", detail: $"'{userId}' is not part of the published clustering.");
}
