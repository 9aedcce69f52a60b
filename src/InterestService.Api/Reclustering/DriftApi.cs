using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Serving;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Reclustering;

/// <summary>How well the published clustering still fits.</summary>
internal static class DriftApi
{
    public static void MapDrift(this IEndpointRouteBuilder routes)
    {
        var clustering = ServingExamples.UserCluster;
        routes.MapGet("/drift", Measure).WithTags("Clusterings").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().ProducesProblem(404)
            .WithExample(200, new DriftResponse(
                84, 1000, 310, 12_400, .3, false, clustering.AssignedAt.AddMinutes(-2), clustering.ClusteringId));
    }

    /// <summary>Measure drift</summary>
    /// <remarks>
    /// How far users and items have gone from what the published clustering has seen. Measured now, on a sample of the users.
    /// </remarks>
    /// <response code="200">The figures.</response>
    /// <response code="404">Nothing is published.</response>
    private static async Task<Results<Ok<DriftResponse>, ProblemHttpResult>> Measure(DriftMeter meter, CancellationToken cancellation) =>
        await meter.MeasureAsync(cancellation) is { } drift ? TypedResults.Ok(drift) : ServingProblems.NothingPublished();
}
