using System.Text.Json.Nodes;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Examples of problem documents (RFC 9457) as the service answers them.</summary>
internal static class ProblemExamples
{
    public const string ContentType = "application/problem+json";

    public static JsonObject Create(int status, string title, string? detail = null, JsonNode? errors = null)
    {
        var problem = new JsonObject
        {
            ["type"] = $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}",
            ["title"] = title,
            ["status"] = status,
        };
        if (detail is not null) problem["detail"] = detail;
        if (errors is not null) problem["errors"] = errors;
        problem["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        return problem;
    }

    public static JsonObject Invalid(string field, string message) =>
        Create(400, "One or more validation errors occurred.", errors: new JsonObject { [field] = new JsonArray(message) });

    /// <summary>Declares what the service answers to a request with an invalid field; by default, it is the first parameter.</summary>
    public static TBuilder WithInvalidExample<TBuilder>(this TBuilder builder, string field, string message)
        where TBuilder : IEndpointConventionBuilder => builder.WithExample(400, Invalid(field, message), ContentType);
}
