using InterestService.Api.Ingestion.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class LinksApi
{
    public static IEndpointRouteBuilder MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapPut("/users/links", PutLinks).WithName(nameof(PutLinks))
            .TakesUpload<UploadedLink>(LinkFields.Schema).WithUploadExamples(UploadExamples.Links);
        return app;
    }

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
