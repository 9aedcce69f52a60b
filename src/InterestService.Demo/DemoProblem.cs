using System.Text.Json;
using System.Text.Json.Nodes;

namespace InterestService.Demo;

/// <summary>Problem details (RFC 9457) in words.</summary>
internal static class DemoProblem
{
    private const int ErrorsShown = 5;

    /// <summary>Title, detail and the first errors, a line each; of an answer that is no problem document, its status alone.</summary>
    public static string Describe(int status, string? reason, string body)
    {
        var problem = Parse(body);
        List<string> lines = [$"{Text(problem, "title") ?? reason} ({status})"];
        if (Text(problem, "detail") is { } detail) lines.Add(detail);
        lines.AddRange(Errors(problem?["errors"]).Take(ErrorsShown).Select(error => $"  {error}"));
        return string.Join('\n', lines);
    }

    /// <summary>Validation has errors by field; an upload has a list of them by row.</summary>
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
