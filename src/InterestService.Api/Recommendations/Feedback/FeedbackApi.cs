using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Reports the feedback on recommendations.</summary>
internal static class FeedbackApi
{
    private static readonly FeedbackFigures _figures = new(
        new(9_012, 90_120, 5_407, 541, new(.06, .0581, .062), new(.006, .0055, .0066)),
        new(1_004, 10_040, 402, 40, new(.04, .0359, .0446), new(.004, .0029, .0054)),
        new(.02, .0151, .0242, .5), new(.002, .0005, .0033, .5));

    private static readonly FeedbackResponse _example = new(
        new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc),
        _figures, [new(6, "Outdoor · Camping · Hiking", _figures)], 12, 31, 4, 9, 207, 3);

    public static void AddFeedback(this IServiceCollection services)
    {
        services.AddSettings<FeedbackOptions>();
        services.AddSingleton<UndoneConversions>();
        services.AddSingleton<FeedbackQuery>();
    }

    public static void MapFeedback(this IEndpointRouteBuilder routes) => routes
        .MapGet("/feedback", Report).WithName("getFeedback").WithTags("Feedback").RequireScope(Scopes.ReadInterests)
        .WithInvalidExample("from", TimeWindow.Expected("yesterday"))
        .WithExample(200, _example);

    /// <summary>Get the feedback on recommendations</summary>
    /// <remarks>
    /// Impressions, clicks and conversions from the events with a `recommendationId`, with rates and their uplift over the control group
    /// (`InterestService__ControlShare`), overall and by cluster. Users are the units of the 95 % intervals: one user's impressions count
    /// as fewer where they are alike (Rao and Scott 1992), rates have Wilson's interval, differences Newcombe's hybrid one. Clicks are events
    /// of type click, view, open, play, read, watch and the like, conversions purchase, order, enrol, appointment, booking, subscribe, sign_up,
    /// download and the like; `InterestService__FeedbackTypes__TYPE` (`click`, `conversion` or `none`) changes that. A conversion that the user took back, as by a refund, does
    /// not count; `InterestService__UndoTypes__TYPE` lists what takes what back. Impressions count as they are reported: recommendations are not
    /// stored, so that an item is not compared with those of the recommendation.
    /// A person counts once, whatever the ids, and people who have opted out do not count.
    /// </remarks>
    /// <param name="from" example="2025-01-01T00:00:00Z">Leave out impressions before this time (RFC 3339).</param>
    /// <param name="to" example="2026-01-01T00:00:00Z">Leave out impressions at or after this time (RFC 3339).</param>
    /// <response code="200">The figures.</response>
    private static async Task<Results<Ok<FeedbackResponse>, ValidationProblem>> Report(
        HttpContext http, FeedbackQuery feedback, ReadReplica database, CancellationToken cancellation, string? from = null, string? to = null)
    {
        if (TimeWindow.Read(from, to, out var window) is { } invalid) return invalid;
        await using var connection = await database.OpenAsync(http);
        return TypedResults.Ok(await feedback.RunAsync(connection, window.From, window.To, cancellation));
    }
}
