using InterestService.Api.Ingestion.Writing;
using InterestService.Api.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>Uploads of events, items, labels and links.</summary>
internal static class IngestionApi
{
    private const int ConcurrentUploads = 16;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static void AddIngestion(this IServiceCollection services) => services.AddSingleton(_ => new UploadLimiter(ConcurrentUploads, _patience));

    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/events", UploadEvents).TakesUpload<UploadedEvent>(nameof(UploadEvents), EventFields.Schema, UploadExamples.Events);
        routes.MapPut("/items", PutItems).TakesUpload<UploadedItem>(nameof(PutItems), ItemFields.Schema, UploadExamples.Items);
        routes.MapPut("/users/labels", PutLabels).TakesUpload<UploadedLabel>(nameof(PutLabels), LabelFields.Schema, UploadExamples.Labels);
        routes.MapPut("/users/links", PutLinks).TakesUpload<UploadedLink>(nameof(PutLinks), LinkFields.Schema, UploadExamples.Links);
    }

    /// <summary>Upload behaviour events</summary>
    /// <remarks>
    /// All or nothing for the body, row by row for its content: a bad row never drops its neighbours, and a body that cannot be
    /// read to its end stores nothing. Two events are the same when their eventId is the same for the same user or, without one,
    /// when user, item, type, timestamp and query are; sending twice changes nothing. Title and category describe the item where
    /// `PUT /items` does not; those of its latest event stand, whatever the order of upload.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` says why.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> UploadEvents(
        HttpContext context, NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, EventFields.Schema, new EventWriter(database, time.GetUtcNow().AddDays(1)), cancellationToken);

    /// <summary>Add or replace items of the catalogue</summary>
    /// <remarks>
    /// Each row replaces the entry of its item as a whole: what it leaves out becomes empty. The last row of an item in the body
    /// stands. `accepted` counts rows that added or changed an entry, `duplicates` those that equal the stored entry or are
    /// overruled by a later row.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` says why.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutItems(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, ItemFields.Schema, new ItemWriter(database), cancellationToken);

    /// <summary>Say which groups users are known to be in</summary>
    /// <remarks>
    /// Later clusterings are compared with these groups: adjusted Rand index and normalised mutual information. They are never
    /// learnt from. A user has one label; the last one stands.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` says why.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutLabels(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, LabelFields.Schema, new LabelWriter(database), cancellationToken);

    /// <summary>Join the ids of one person</summary>
    /// <remarks>
    /// Later clusterings take the events of an alias for the person's own; lookups by an alias answer for the person at once.
    /// Links add up: what was joined stays joined, in whatever order it was said. Erasing a person takes the links away.
    /// </remarks>
    /// <response code="200">Committed; `duplicates` counts rows that said nothing new. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` says why.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutLinks(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, LinkFields.Schema, new LinkWriter(database), cancellationToken);
}
