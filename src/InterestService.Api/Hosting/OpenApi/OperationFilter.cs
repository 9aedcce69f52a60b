using System.Text.Json.Nodes;
using InterestService.Api.Hosting.ApiKeys;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>
/// Completes every operation from the metadata of its endpoint: the body by <see cref="RequestBodyDescription"/>, examples by
/// <see cref="BodyExample"/>, the required scope, and the responses that any operation can give.
/// </summary>
internal sealed class OperationFilter : IOperationFilter
{
    private const string ProblemJson = "application/problem+json";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var scope = metadata.OfType<RequiredScope>().LastOrDefault();
        operation.Responses ??= [];
        if (metadata.OfType<RequestBodyDescription>().LastOrDefault() is { } description) operation.RequestBody = description.Describe(context);
        if (scope is not null)
        {
            operation.Description = $"{operation.Description} Scope: `{scope}`.".Trim();
            AddProblem(operation, context, 401, "The key is missing or not known.");
            AddProblem(operation, context, 403, $"The key does not have the scope `{scope}`.");
        }

        AddProblem(operation, context, 500, "An unexpected error. The log contains it with the `traceId`.");
        AddProblem(operation, context, 503, "The database cannot be reached; `Retry-After` contains the time until the next attempt.");
        foreach (var (status, response) in operation.Responses)
        {
            if (Body(response.Content, ProblemJson) is { } problem) problem.Example ??= ProblemExample(status, response.Description ?? "");
        }

        foreach (string type in metadata.OfType<BinaryBodies>().SelectMany(bodies => bodies.ContentTypes))
            Body(operation.Responses["200"].Content, type)!.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };

        foreach (var example in metadata.OfType<BodyExample>())
        {
            var content = example.Status is { } status
                ? operation.Responses[$"{status}"].Content
                : operation.RequestBody?.Content;
            if (Body(content, example.ContentType) is { } body) body.Example = example.ToJson();
            else throw new InvalidOperationException($"{context.ApiDescription.RelativePath} has an example for a body that it has not: {example}.");
        }
    }

    private static OpenApiMediaType? Body(IDictionary<string, IOpenApiMediaType>? content, string contentType) =>
        content is not null && content.TryGetValue(contentType, out var body) ? body as OpenApiMediaType : null;

    private static void AddProblem(OpenApiOperation operation, OperationFilterContext context, int status, string description)
    {
        if (operation.Responses!.ContainsKey($"{status}")) return;
        var schema = context.SchemaGenerator.GenerateSchema(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), context.SchemaRepository);
        operation.Responses.Add($"{status}", new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, IOpenApiMediaType> { [ProblemJson] = new OpenApiMediaType { Schema = schema } },
        });
    }

    private static JsonObject ProblemExample(string status, string description) => new()
    {
        ["type"] = $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}",
        ["title"] = description,
        ["status"] = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
        ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };
}
