using InterestService.Api.Ingestion.Writing;
using InterestService.Api.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class EventsApi
{
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapPost("/events", UploadEvents).WithName(nameof(UploadEvents)).TakesUpload<UploadedEvent>(EventFields.Schema).WithUploadExamples(UploadExamples.Events);
        return app;
    }

    /// <summary>Upload behaviour events</summary>
    /// <remarks>
    /// All or nothing for the body, row by row for its content: a bad row never drops its neighbours, and a body that cannot be
    /// read to its end stores nothing. Two events are the same when their eventId is the same for the same user or, without one,
    /// when user, item, type, timestamp and query are; sending twice changes nothing. Title and category fill what the item
    /// catalogue does not know yet.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` says why.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> UploadEvents(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, EventFields.Schema, new EventWriter(database), cancellationToken);
}
