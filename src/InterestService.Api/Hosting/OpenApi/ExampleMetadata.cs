using System.Text.Json;
using System.Text.Json.Nodes;
using InterestService.Api.Storage;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Endpoint metadata: an example of a body. It is serialized from a contract object, so that it always matches the contract.</summary>
/// <param name="Status">Status code of the response; null for the request body.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Value">Serialized as the API does; a string is used as it is.</param>
internal sealed record BodyExample(int? Status, string ContentType, object Value)
{
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(Value, InterestDbContext.JsonOptions)!;
}

/// <summary>Endpoint metadata: the request body of an endpoint that reads it without binding.</summary>
/// <param name="Describe">Creates the description, generating schemas through the context.</param>
internal sealed record RequestBodyDescription(Func<OperationFilterContext, OpenApiRequestBody> Describe);

/// <summary>Endpoint metadata: bodies of the successful response that are binary, which have no examples.</summary>
internal sealed record BinaryBodies(IReadOnlyList<string> ContentTypes);

internal static class ExampleMetadata
{
    public static TBuilder WithExample<TBuilder>(this TBuilder builder, int status, object value, string contentType = "application/json")
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyExample(status, contentType, value));

    public static TBuilder WithRequestExample<TBuilder>(this TBuilder builder, object value, string contentType = "application/json")
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyExample(null, contentType, value));
}
