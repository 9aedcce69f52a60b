using System.Text.Json;
using System.Text.Json.Nodes;

namespace InterestService.Demo;

/// <summary>Formats problem details (RFC 9457) for the terminal.</summary>
internal static class DemoProblem
{
    private const int MaxErrors = 5;

    /// <summary>
    /// Returns title, detail and the first errors, one line each; for a response that is not a problem document, the status alone.
    /// </summary>
    public static string Describe(int status, string? reason, string body)
    {
        var problem = Parse(body);
        List<string> lines = [$"{Text(problem, "title") ?? reason} ({status})"];
        if (Text(problem, "detail") is { } detail) lines.Add(detail);
        lines.AddRange(Errors(problem?["errors"]).Take(MaxErrors).Select(error => $"  {error}"));
        return string.Join('\n', lines);
    }

    /// <summary>Returns the errors of a validation, which are grouped by field, or of an upload, which are a list by row.</summary>
    private static IEnumerable<string> Errors(JsonNode? errors) => errors switch
    {
        JsonObject byField => byField.SelectMany(field => Messages(field.Value).Select(message => $"{field.Key}: {message}")),
        JsonArray byRow => byRow.OfType<JsonObject>().Select(row => $"row {row["index"]}, {row["field"]}: {row["message"]}"),
        _ => [],
    };

    private static IEnumerable<string> Messages(JsonNode? messages) =>
        messages is JsonArray list ? list.Select(message => $"{message}") : [$"{messages}"];

    private static string? Text(JsonObject? problem, string name) => problem?[name]?.ToString();

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
