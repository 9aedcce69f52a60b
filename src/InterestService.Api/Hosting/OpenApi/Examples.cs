using System.Text.Json;
using System.Text.Json.Nodes;
using InterestService.Api.Storage;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Endpoint metadata: an example of a body. It is an object of the contract, so it cannot drift from it.</summary>
/// <param name="Status">Of the answer; null: the request.</param>
/// <param name="ContentType">The body's.</param>
/// <param name="Value">Written as the API writes it; a string stands for itself.</param>
internal sealed record BodyExample(int? Status, string ContentType, object Value)
{
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(Value, InterestDbContext.JsonOptions)!;
}

internal static class ExampleMetadata
{
    public static TBuilder WithExample<TBuilder>(this TBuilder builder, int status, object value)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyExample(status, "application/json", value));

    public static TBuilder WithRequestExample<TBuilder>(this TBuilder builder, object value, string contentType = "application/json")
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyExample(null, contentType, value));
}
