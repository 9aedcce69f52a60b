using InterestService.Api.Ingestion.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Ingestion;

internal static class LabelsApi
{
    public static IEndpointRouteBuilder MapLabels(this IEndpointRouteBuilder app)
    {
        app.MapPut("/users/labels", PutLabels).WithName(nameof(PutLabels))
            .TakesUpload<UploadedLabel>(LabelFields.Schema).WithUploadExamples(UploadExamples.Labels);
        return app;
    }

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
}
