using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Profiling;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InterestService.Api.Users;

/// <summary>What a user is interested in.</summary>
/// <param name="UserId">The user; of an alias, the person.</param>
/// <param name="Interests">The strongest first.</param>
/// <param name="Clusters">The user's clusters in the published clustering; empty when there is none.</param>
public sealed record UserInterestsResponse(
    string UserId, IReadOnlyList<UserInterest> Interests, IReadOnlyList<ClusterMembership> Clusters);

/// <summary>Lookups of the interests of users and of users with similar interests.</summary>
internal static class UserInterestsApi
{
    public static void AddUserInterests(this IServiceCollection services)
    {
        services.TryAddSingleton<InterestFinder>();
        services.AddSingleton<SimilarUsers>();
    }

    public static void MapUserInterests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users").WithTags("Users").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot();
        group.MapGet("/{id}/similar", GetSimilar).WithName("getSimilarUsers").AnswersForAllUsers().Produces(304).ProducesProblem(404).WithExample(200, UserExamples.SimilarUsers);
        group.MapGet("/{id}/interests", GetInterests).WithName("getUserInterests").AnswersForUser().ProducesProblem(404).WithExample(200, UserExamples.UserInterests);
    }

    /// <summary>Look up users who are like one</summary>
    /// <remarks>
    /// By the cosine of their vectors in the published clustering. The list ends where users are no more similar than random ones, so that it
    /// may be shorter than `limit`, or empty. Clusters are looked through, the nearest first, until no more is found:
    /// a similar user in a distant cluster may be missed.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <response code="200">The most similar first.</response>
    /// <response code="304">Not changed since the given ETag.</response>
    /// <response code="404">The user has no cluster or has opted out, or nothing is published.</response>
    private static async Task<Results<Ok<IReadOnlyList<SimilarUser>>, StatusCodeHttpResult, ValidationProblem, ProblemHttpResult>> GetSimilar(
        string id, HttpContext http, PublishedSnapshot published, SimilarUsers users, MissingClusters missing, CancellationToken cancellation, int limit = Paging.DefaultLimit)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (published.Current is not { } snapshot) return PublishedProblems.NothingPublished();
        if (await users.FindAsync(snapshot, id, limit, cancellation) is not { } similar) return await missing.ExplainAsync(snapshot, id, cancellation);
        return ConditionalGet.NotModified(http, snapshot.ETagOfAll) is { } unchanged ? unchanged : TypedResults.Ok(similar);
    }

    /// <summary>Look up a user's interests</summary>
    /// <remarks>
    /// From the user's own events up to the last committed one: categories, items, terms and, where the encoder of the published clustering groups
    /// items, communities of items that at least two events speak of, the strongest first.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included.</param>
    /// <param name="limit">How many interests, 1 to 1000.</param>
    /// <response code="200">The interests.</response>
    /// <response code="404">There are no events of this user, or the user has opted out.</response>
    private static async Task<Results<Ok<UserInterestsResponse>, ValidationProblem, ProblemHttpResult>> GetInterests(
        string id, HttpContext http, PublishedSnapshot published, InterestFinder finder, ReadReplica database, CancellationToken cancellation,
        int limit = Paging.DefaultLimit)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        await using var connection = await database.OpenAsync(http);
        var person = await Person.ReadAsync(connection, id, cancellation);
        if (person.OptedOut) return PublishedProblems.OptedOut(id);
        var found = await finder.FindAsync(connection, person.Id, published.Current?.ClusteringId, cancellation);
        if (found.Events == 0) return TypedResults.Problem(statusCode: 404, title: "The user is not known.", detail: $"There are no events of '{id}'.");
        return TypedResults.Ok(new UserInterestsResponse(
            person.Id, [.. found.Interests.Take(limit)], published.Current?.FindUser(id)?.Memberships ?? []));
    }
}
