using System.Globalization;
using System.Text.Json.Nodes;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Requests;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>
/// Completes every operation from the metadata of its endpoint: the body by <see cref="RequestBodyDescription"/>, examples by
/// <see cref="BodyExample"/>, the required scope, and the responses that any operation can give.
/// </summary>
internal sealed class OperationFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var scope = metadata.OfType<RequiredScope>().LastOrDefault();
        operation.Responses ??= [];
        if (operation.OperationId is null)
            throw new InvalidOperationException($"{context.ApiDescription.HttpMethod} {context.ApiDescription.RelativePath} has no name; WithName gives it one.");
        if (metadata.OfType<RequestBodyDescription>().LastOrDefault() is { } description) operation.RequestBody = description.Describe(context);
        if (scope is not null)
        {
            operation.Description = $"{operation.Description} Scope: `{scope}`.".Trim();
            AddProblem(operation, context, 401, "The key is missing or not known.");
            AddProblem(operation, context, 403, $"The key does not have the scope `{scope}`.");
        }

        if (scope is not null) AddProblem(operation, context, 429, "The caller has sent too many requests, or too many are in progress; `Retry-After` contains the time until the next attempt.");
        foreach (var answer in metadata.OfType<PossibleAnswer>()) Add(operation, context, answer);
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) is true) AddProblem(operation, context, 400, "An id is not valid.");
        if (operation.RequestBody is not null) AddProblem(operation, context, 415, "The content type or encoding of the body is not one of those that are taken.");
        AddProblem(operation, context, 500, "An unexpected error. The log contains it with the `traceId`.");
        AddProblem(operation, context, 503, "The database cannot be reached, or the service is out of memory; `Retry-After` contains the time until the next attempt.");
        if (scope is not null) AddProblem(operation, context, 507, "The disk of the database is full; `Retry-After` contains the time until the next attempt.");
        foreach (var (status, response) in operation.Responses)
        {
            if (Body(response.Content, ProblemExamples.ContentType) is { } problem) problem.Example ??= ProblemExample(operation, int.Parse(status, CultureInfo.InvariantCulture), response.Description ?? "");
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

    private static void Add(OpenApiOperation operation, OperationFilterContext context, PossibleAnswer answer)
    {
        if (answer.Status >= 400) AddProblem(operation, context, answer.Status, answer.Description);
        else operation.Responses!.Add($"{answer.Status}", new OpenApiResponse { Description = answer.Description });
    }

    private static OpenApiMediaType? Body(IDictionary<string, IOpenApiMediaType>? content, string contentType) =>
        content is not null && content.TryGetValue(contentType, out var body) ? body as OpenApiMediaType : null;

    private static void AddProblem(OpenApiOperation operation, OperationFilterContext context, int status, string description)
    {
        if (operation.Responses!.ContainsKey($"{status}")) return;
        var type = status == 400 ? typeof(HttpValidationProblemDetails) : typeof(ProblemDetails);
        var schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
        operation.Responses.Add($"{status}", new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, IOpenApiMediaType> { [ProblemExamples.ContentType] = new OpenApiMediaType { Schema = schema } },
        });
    }

    private static JsonObject ProblemExample(OpenApiOperation operation, int status, string description)
    {
        var parameters = (operation.Parameters ?? []).ToList();
        if (status == 400 && parameters.Find(parameter => parameter.In == ParameterLocation.Query && parameter.Schema!.Type!.Value.HasFlag(JsonSchemaType.Integer)) is { } number)
            return ProblemExamples.Invalid(number.Name!, JsonFaults.Unexpected(PlainValues.WholeNumber, "'many'"));
        return status == 400 && parameters.Find(parameter => parameter.In == ParameterLocation.Path) is { } id
            ? ProblemExamples.Invalid(id.Name!, IdText.Fault)
            : ProblemExamples.Create(status, description);
    }
}
