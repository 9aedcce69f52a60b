using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class ItemsApi
{
    public static IEndpointRouteBuilder MapItems(this IEndpointRouteBuilder app)
    {
        app.MapPut("/items", PutItems).WithName(nameof(PutItems)).TakesUpload<UploadedItem>(ItemFields.Schema);
        return app;
    }

    [EndpointSummary("Adds or replaces entries of the item catalogue.")]
    [EndpointDescription("""
        Each row replaces the entry of its item as a whole: what it leaves out becomes empty. The last row of an item in the body stands.
        accepted counts rows that added or changed an entry, duplicates those that equal the stored entry or are overruled by a later row.
        Answered after the commit. The first 100 errors are listed; when all rows are rejected, the answer is 422.
        """)]
    private static Task<Results<Ok<UploadResponse>, ProblemHttpResult>> PutItems(
        HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Upload.ReceiveAsync(context, ItemFields.Schema, new ItemWriter(database), cancellationToken);
}
