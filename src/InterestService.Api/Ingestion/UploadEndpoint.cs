using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Ingestion;

/// <summary>What the endpoints of uploads have in common.</summary>
internal static class UploadEndpoint
{
    /// <summary>Declares name, scope, problems and bodies of an upload, and removes the limit of its size.</summary>
    /// <typeparam name="TRow">Contract type of a row.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Its name, which becomes the <c>operationId</c>.</param>
    /// <param name="schema">The fields of a row.</param>
    /// <param name="examples">Example bodies.</param>
    public static void TakesUpload<TRow>(this RouteHandlerBuilder endpoint, string name, UploadSchema schema, IReadOnlyList<UploadExample> examples)
    {
        // Accepts would describe the body too, but also refuse other formats before the endpoint can say which ones it reads.
        endpoint.WithName(name).WithTags("Ingestion").RequireScope(Scopes.WriteEvents)
            .WithMetadata(new DisableRequestSizeLimitAttribute(), new BodyTypes(UploadFormats.MediaTypes))
            .WithMetadata(new RequestBodyDescription(context => Describe(context, typeof(TRow), schema)))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithExample(StatusCodes.Status200OK, UploadExamples.Answer)
            .WithExample(StatusCodes.Status400BadRequest, UploadExamples.Unreadable, ProblemExamples.ContentType)
            .WithExample(StatusCodes.Status422UnprocessableEntity, UploadExamples.AllRejected, ProblemExamples.ContentType);
        foreach (var example in examples) endpoint.WithRequestExample(example.Body, example.MediaType);
    }

    private static OpenApiRequestBody Describe(OperationFilterContext context, Type rowType, UploadSchema schema)
    {
        var row = context.SchemaGenerator.GenerateSchema(rowType, context.SchemaRepository);
        return new OpenApiRequestBody
        {
            Required = true,
            Description = "Gzip, Brotli and Zstandard (window at most 8 MiB) by Content-Encoding. Byte order marks at the start of a line and around ids are ignored. "
                + "In CSV an unquoted `\\N` or `NULL` is a missing value; in quotation marks it is text.",
            Content = UploadFormats.All.ToDictionary(
                format => format.MediaType, format => (IOpenApiMediaType)new OpenApiMediaType { Schema = format.Describe(schema, row) }),
        };
    }
}
