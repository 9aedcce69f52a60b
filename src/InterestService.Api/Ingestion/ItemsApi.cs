using InterestService.Api.Ingestion.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class ItemsApi
{
    public static IEndpointRouteBuilder MapItems(this IEndpointRouteBuilder app)
    {
        app.MapPut("/items", PutItems).WithName(nameof(PutItems)).TakesUpload<UploadedItem>(ItemFields.Schema).WithUploadExamples(UploadExamples.Items);
        return app;
    }

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
}
