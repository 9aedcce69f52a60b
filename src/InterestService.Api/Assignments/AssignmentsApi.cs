using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Reading.Formats;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Assignments;

/// <summary>Finds clusters for events that are not stored.</summary>
internal static class AssignmentsApi
{
    public static void MapAssignments(this IEndpointRouteBuilder routes)
    {
        var example = new AssignmentRequest([new("purchase", new DateTimeOffset(2025, 12, 30, 9, 15, 0, TimeSpan.Zero), ItemId: "sku-00927")]);
        routes.MapPost("/assignments", Assign).WithName("findClusterOfEvents").WithTags("Users").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().AnswersForAllUsers()
            .Accepts<AssignmentRequest>("application/json").ProducesProblem(404).ProducesProblem(415).ProducesProblem(422)
            .WithInvalidExample(
                "events[0].timestamp", "timestamp must be an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z; it is missing.")
            .WithRequestExample(example)
            .WithExample(200, PublishedExamples.UserCluster with { UserId = null, Source = UserClusterResponse.Incremental });
    }

    /// <summary>Find the cluster that some events would give</summary>
    /// <remarks>By the published clustering's model. Nothing is stored, and what is stored of a user who is named plays no part.</remarks>
    /// <response code="200">The cluster.</response>
    /// <response code="400">The body cannot be read, or an event is invalid; `errors` names the field, such as `events[3].timestamp`.</response>
    /// <response code="404">Nothing is published.</response>
    /// <response code="415">The content type is not JSON.</response>
    /// <response code="422">The model cannot use any of the events; `detail` gives the reason.</response>
    private static async Task<Results<Ok<UserClusterResponse>, ValidationProblem, ProblemHttpResult>> Assign(
        HttpRequest request, PublishedModel models, NpgsqlDataSource database, TimeProvider time, CancellationToken cancellation)
    {
        AssignmentEvents sent;
        try
        {
            sent = await AssignmentEvents.ReadAsync(request, cancellation);
        }
        catch (BadUploadException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.Status, title: e.Title);
        }

        if (sent.Errors.Count > 0) return TypedResults.ValidationProblem(sent.Errors);
        using var published = await models.RentAsync(cancellation);
        if (published is null) return PublishedProblems.NothingPublished();
        var now = time.GetUtcNow();
        using var log = sent.ToLog(latest: now.AddDays(1));
        var newItems = await NewItems.ReadAsync(database, published.Model, log, cancellation);
        var placed = Placements.Compute(published.Model, published.Snapshot.Reach, log, newItems, cancellation).SingleOrDefault();
        return placed is null
            ? TypedResults.Problem(statusCode: 422, title: "The model cannot use any of the events.", detail: Placements.WhyNone(published.Model, [.. sent.ItemIds], newItems))
            : TypedResults.Ok(published.Snapshot.Describe(sent.UserId, placed, now.UtcDateTime));
    }
}

/// <summary>Events of one user.</summary>
/// <param name="Events">Up to 1000, of one user, in any order.</param>
public sealed record AssignmentRequest(IReadOnlyList<AssignedEvent> Events);

/// <summary>An event as <c>POST /events</c> takes it, but that the user need not be named. Its other fields are accepted and ignored.</summary>
/// <param name="EventType">Free text, trimmed; 1 to 64 characters.</param>
/// <param name="Timestamp">RFC 3339 with an offset, not before 1900.</param>
/// <param name="UserId">The same wherever it is given; 1 to 256 characters, not blank.</param>
/// <param name="ItemId">1 to 256 characters, not blank; may be absent when there is a query.</param>
/// <param name="Query">What was searched for; at most 1,024 characters.</param>
/// <param name="Value">The value of a rating.</param>
public sealed record AssignedEvent(
    string EventType, DateTimeOffset Timestamp, string? UserId = null, string? ItemId = null, string? Query = null, double? Value = null);
