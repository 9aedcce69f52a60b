using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Reading;
using InterestService.Api.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>Uploads of events, items, labels and links.</summary>
internal static class IngestionApi
{
    /// <summary>Key of the limiter of uploads.</summary>
    public const string Uploads = "uploads";

    private const int ConcurrentUploads = 16;
    private const int UploadsPerCaller = 12;
    private static readonly TimeSpan _expectedWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static void AddIngestion(this IServiceCollection services, Role role)
    {
        services.AddSettings<PlaceholderOptions>();
        services.AddSingleton<PlaceholderIds>();
        services.AddEventStatistics();
        services.AddSettings<EventRetentionOptions>(EventRetentionOptions.Subsection);
        if (role != Role.Api) services.AddHostedService<EventRetention>().AddHostedService<EventPartitions>();
        services.AddSingleton<UploadInstruments>();
        services.AddKeyedSingleton(Uploads, (provider, _) => new RequestLimiter(
            Uploads, ConcurrentUploads, UploadsPerCaller, _expectedWait, _patience, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>()));
    }

    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        routes.MapEventStatistics();
        routes.MapPost("/events", UploadEvents).TakesUpload<UploadedEvent>("uploadEvents", EventFields.Schema, UploadExamples.Events);
        routes.MapPut("/items", PutItems).TakesUpload<UploadedItem>("putItems", ItemFields.Schema, UploadExamples.Items);
        routes.MapPut("/users/labels", PutLabels).TakesUpload<UploadedLabel>("putLabels", LabelFields.Schema, UploadExamples.Labels);
        routes.MapPut("/users/links", PutLinks).TakesUpload<UploadedLink>("putLinks", LinkFields.Schema, UploadExamples.Links);
        routes.MapDelete("/users/links/{alias}", TakeLinkBack).WithName("removeLink").WithTags("Ingestion").RequireScope(Scopes.WriteEvents).ProducesProblem(404);
    }

    /// <summary>Upload behaviour events</summary>
    /// <remarks>
    /// The body is stored completely or not at all, and its rows are checked one by one: an invalid row is rejected alone, and a body that cannot be
    /// read to its end stores nothing. Two events are the same when their eventId is the same for the same user or, without one,
    /// when user, item, type, timestamp and query are; sending twice changes nothing. Title and category describe the item where
    /// `PUT /items` does not; those of its latest event apply, in whatever order events are uploaded.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` contains the reasons.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> UploadEvents(
        HttpContext context, NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, EventFields.Schema, new EventWriter(database, time.GetUtcNow().AddDays(1)), cancellationToken);

    /// <summary>Add or replace items of the catalogue</summary>
    /// <remarks>
    /// Each row replaces the entry of its item as a whole: what it leaves out becomes empty, but that the title and the category of the latest event
    /// stand where the catalogue has none, in whatever order both are uploaded. Where a row leaves out a title or categories that an earlier row has
    /// given, they are empty until the next event brings them. The last row of an item in the body applies. `accepted` counts rows that added or changed an entry, `duplicates` those that equal the stored entry or are
    /// overruled by a later row.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` contains the reasons.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutItems(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, ItemFields.Schema, new ItemWriter(database), cancellationToken);

    /// <summary>Upload the known groups of users</summary>
    /// <remarks>
    /// Later clusterings are compared with these groups: adjusted Rand index and normalised mutual information. They are never
    /// used in training. A user has one label; the last one applies.
    /// </remarks>
    /// <response code="200">Committed. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` contains the reasons.</response>
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutLabels(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, LabelFields.Schema, new LabelWriter(database), cancellationToken);

    /// <summary>Join the ids of one person</summary>
    /// <remarks>
    /// Later clusterings take the events of an alias for the person's own; lookups by an alias answer for the person at once.
    /// Links accumulate, in whatever order they are sent; `DELETE /users/links/{alias}` takes one back. One between ids that are joined already, such
    /// as the same two ids the other way round, is a link of its own: ids stay joined as long as any links lead from one to the other. Erasing a person takes the links away. An
    /// opt-out of an id holds for all ids that it is joined with. Placeholders that programs send for unknown users (`undefined`, `null`,
    /// `anonymous`, `0` ...) would join different people: their rows are rejected. `InterestService__PlaceholderIds` configures the list.
    /// </remarks>
    /// <response code="200">Committed; `accepted` counts new links, `duplicates` those that are stored already and those of an id with itself. The first 100 errors are listed.</response>
    /// <response code="400">The body cannot be read to its end; nothing is stored.</response>
    /// <response code="415">The content type or encoding is not one of those that are taken.</response>
    /// <response code="422">All rows were rejected; `errors` contains the reasons.</response>
    private static async Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutLinks(
        HttpContext context, NpgsqlDataSource database, PlaceholderIds placeholders, PublishedSnapshot snapshot, CancellationToken cancellationToken)
    {
        var answer = await Upload.ReceiveAsync(context, LinkFields.Schema, new LinkWriter(database, placeholders), cancellationToken);
        await snapshot.RefreshAsync(cancellationToken);
        return answer;
    }

    /// <summary>Take a link back</summary>
    /// <remarks>
    /// All links that name the id as their alias are taken back, as if they had never been sent; other links stay, those to which the id is the
    /// `userId` among them. Lookups follow at once, with the clusters that the ids had on their own in the published clustering, if any; the next
    /// clustering sees different people. If the person had opted out, all its ids stay out until that is taken back for them.
    /// </remarks>
    /// <param name="alias">The alias of the links, percent-encoded, `%2F` included.</param>
    /// <response code="204">No link names the id as its alias any more.</response>
    /// <response code="404">No link names the alias.</response>
    private static async Task<Results<NoContent, ProblemHttpResult>> TakeLinkBack(
        string alias, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        if (!await LinkRemover.RemoveAsync(database, alias, cancellation))
            return TypedResults.Problem(statusCode: 404, title: "The link does not exist.", detail: $"No link names '{alias}' as its alias.");
        await snapshot.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }
}
