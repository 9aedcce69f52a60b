using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Ingestion;

/// <summary>Marks an endpoint that takes an upload in any format of <see cref="UploadReader"/>.</summary>
/// <param name="Row">Describes one row.</param>
/// <param name="Collection">The property that holds the rows when a JSON body is an object.</param>
internal sealed record UploadMetadata(Type Row, string Collection);

internal static class UploadEndpoint
{
    /// <summary>What all uploads share: the key's scope, no limit of size, the problems, and the body's description.</summary>
    public static RouteHandlerBuilder TakesUpload<TRow>(this RouteHandlerBuilder endpoint, UploadSchema schema) => endpoint
        .RequireScope(Scopes.WriteEvents)
        .WithMetadata(new DisableRequestSizeLimitAttribute(), new UploadMetadata(typeof(TRow), schema.Collection))
        .WithTags("Ingestion")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The same rows in each format, and the answer.</summary>
    public static RouteHandlerBuilder WithUploadExamples(this RouteHandlerBuilder endpoint, UploadExamples examples) => endpoint
        .WithRequestExample(examples.Json)
        .WithRequestExample(examples.Ndjson, "application/x-ndjson")
        .WithRequestExample(examples.Csv, "text/csv")
        .WithExample(StatusCodes.Status200OK, UploadExamples.Answer);
}

/// <summary>
/// Describes the bodies of uploads for OpenAPI. Not by <c>Accepts</c>: that also answers other formats, before the endpoint could say what
/// it takes.
/// </summary>
internal sealed class UploadOperationFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<UploadMetadata>().SingleOrDefault() is not { } upload) return;
        var row = context.SchemaGenerator.GenerateSchema(upload.Row, context.SchemaRepository);
        var rows = new OpenApiSchema { Type = JsonSchemaType.Array, Items = row };
        var named = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { [upload.Collection] = rows },
            Required = new HashSet<string> { upload.Collection },
        };
        var csv = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "A header with the same names in snake_case, then the rows.",
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "Gzip and Brotli by Content-Encoding.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchema { OneOf = [rows, named] } },
                ["application/x-ndjson"] = new OpenApiMediaType { Schema = row },
                ["text/csv"] = new OpenApiMediaType { Schema = csv },
            },
        };
    }
}
