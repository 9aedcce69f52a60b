using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Reclustering;

/// <summary>Measures how well the published clustering still fits.</summary>
internal static class DriftApi
{
    public static void MapDrift(this IEndpointRouteBuilder routes)
    {
        var clustering = PublishedExamples.UserCluster;
        routes.MapGet("/drift", Measure).WithName("getDrift").WithTags("Operations").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().AnswersForAllUsers().ProducesProblem(404)
            .WithExample(200, new DriftResponse(
                84, 1000, 31, 1_240, .3, false, clustering.AssignedAt.AddMinutes(-2), clustering.ClusteringId));
    }

    /// <summary>Measure drift</summary>
    /// <remarks>
    /// How much the behaviour of users and the items have changed since the published clustering. Measured at the time of the call, on a sample of the users.
    /// </remarks>
    /// <response code="200">The figures.</response>
    /// <response code="404">Nothing is published.</response>
    private static async Task<Results<Ok<DriftResponse>, ProblemHttpResult>> Measure(DriftMeter meter, CancellationToken cancellation) =>
        await meter.MeasureAsync(cancellation) is { } drift ? TypedResults.Ok(drift) : PublishedProblems.NothingPublished();
}

/// <summary>How much behaviour has changed since the published clustering.</summary>
/// <param name="UsersMoved">Users of the sample who, by their events of now, are nearest to another cluster than they were.</param>
/// <param name="UsersSampled">Number of users in the sample, of those whom the clustering's own run assigned; up to 1000.</param>
/// <param name="UnknownItemEvents">New events on items that the model does not know.</param>
/// <param name="NewEvents">Events on new items since then.</param>
/// <param name="Threshold">The part above which a clustering starts; null: nothing follows.</param>
/// <param name="Drifted">
/// Whether a part is above the threshold and enough has come to say so: 100 new events, and one for 100 of those that the clustering has
/// seen.
/// </param>
/// <param name="Since">When the clustering's events were loaded.</param>
/// <param name="ClusteringId">The published clustering.</param>
public sealed record DriftResponse(
    int UsersMoved,
    int UsersSampled,
    long UnknownItemEvents,
    long NewEvents,
    double? Threshold,
    bool Drifted,
    DateTime Since,
    Guid ClusteringId);
