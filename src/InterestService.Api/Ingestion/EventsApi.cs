using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class EventsApi
{
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapPost("/events", UploadEvents).WithName(nameof(UploadEvents)).TakesUpload<UploadedEvent>(EventFields.Schema);
        return app;
    }

    [EndpointSummary("Uploads behaviour events.")]
    [EndpointDescription("""
        All or nothing for the body, row by row for its content: a bad row never drops its neighbours, and a body that cannot be read to its
        end stores nothing. Two events are the same when their eventId is the same for the same user or, without one, when user, item, type,
        timestamp and query are; sending twice changes nothing. Title and category fill what the item catalogue does not know yet.
        Answered after the commit. The first 100 errors are listed; when all rows are rejected, the answer is 422.
        """)]
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> UploadEvents(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, EventFields.Schema, new EventWriter(database), cancellationToken);
}
