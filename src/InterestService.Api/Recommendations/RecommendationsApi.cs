using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Recommendations;

/// <summary>Recommendations of items and explanations of clusters.</summary>
internal static class RecommendationsApi
{
    public static void AddRecommendations(this IServiceCollection services)
    {
        services.AddSettings<RecommendationOptions>();
        services.AddSingleton<PublishedPopularity>();
        services.AddSingleton<PublishedCandidates>();
        services.AddSingleton<ControlGroup>();
        services.AddSingleton<RecommendationIds>();
        services.AddSingleton<Recommender>();
        services.AddSingleton<Explainer>();
    }

    public static void MapRecommendations(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Recommendations").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().AnswersForUser();
        users.MapGet("/{id}/recommendations", Recommend).WithName("getRecommendations").ProducesProblem(404).WithExample(200, RecommendationExamples.Recommendations);
        users.MapGet("/{id}/explanation", Explain).WithName("getExplanation").ProducesProblem(404).WithExample(200, RecommendationExamples.Explanation);
    }

    /// <summary>Recommend items to a user</summary>
    /// <remarks>
    /// The encoder's ranking from the user's events up to the last committed one, with popularity inside the user's clusters as a small
    /// prior. An unknown user, one in the control group and one who has opted out get popular items; the events of a user who has opted out are
    /// not read, not even to exclude seen items. A person stays in the group in which the first items were shown, whatever ids are joined.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="includeSeen">Whether to include items that the user has interacted with; an `impression` is not an interaction.</param>
    /// <response code="200">The items, the best first.</response>
    /// <response code="404">Nothing is published.</response>
    private static async Task<Results<Ok<RecommendationsResponse>, ValidationProblem, ProblemHttpResult>> Recommend(
        string id, Recommender recommender, CancellationToken cancellation, int limit = Paging.DefaultLimit, bool includeSeen = false)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        return await recommender.RecommendAsync(id, limit, includeSeen, cancellation) is { } found
            ? TypedResults.Ok(found)
            : PublishedProblems.NothingPublished();
    }

    /// <summary>Explain a user's cluster</summary>
    /// <remarks>
    /// Which of the user's items, with their events up to the last committed one, speak for the cluster: each of the hundred weightiest
    /// is left out in turn, and the decrease of the cluster's log-odds is the item's evidence. Items that speak against it have evidence
    /// below 0 and no share; the shares of the others sum to 1.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included.</param>
    /// <response code="200">The largest share first.</response>
    /// <response code="404">The user has no cluster, no events any more or has opted out, or nothing is published.</response>
    private static async Task<Results<Ok<ExplanationResponse>, ProblemHttpResult>> Explain(
        string id, Explainer explainer, PublishedModel models, MissingClusters missing, CancellationToken cancellation)
    {
        using var published = await models.RentAsync(cancellation);
        if (published is null) return PublishedProblems.NothingPublished();
        if (published.Snapshot.FindUser(id) is not { } user) return await missing.ExplainAsync(published.Snapshot, id, cancellation);
        var history = await explainer.ReadHistoryAsync(id, cancellation);
        if (history.OptedOut) return PublishedProblems.OptedOut(id);
        return await explainer.ExplainAsync(published, user, history, cancellation) is { } explanation
            ? TypedResults.Ok(explanation)
            : TypedResults.Problem(
                statusCode: 404, title: "The cluster cannot be explained.", detail: $"'{id}' has no events on items that the model of the published clustering knows.");
    }
}
