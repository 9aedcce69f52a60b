using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InterestService.Harness;

/// <summary>An operation of <c>openapi.json</c>, and a request for it created from the document.</summary>
internal sealed partial class ApiOperation
{
    private readonly JsonNode _operation;

    private ApiOperation(string method, string path, JsonNode operation)
    {
        Method = method.ToUpperInvariant();
        Path = path;
        _operation = operation;
    }

    public static IReadOnlyList<ApiOperation> All { get; } = Read();

    public string Method { get; }

    public string Path { get; }

    /// <summary>Scopes of which any one admits a caller; empty if the description names none.</summary>
    public string[] Scopes => Scope().Match((string?)_operation["description"] ?? "") is { Success: true } scope ? scope.Groups[1].Value.Split(" or ") : [];

    public override string ToString() => $"{Method} {Path}";

    /// <summary>Whether a path parameter is an id that only the answer of another operation gives.</summary>
    public bool NeedsId => Parameters("path").Any(parameter => (string?)parameter["schema"]!["format"] == "uuid");

    /// <summary>Media types of the body that have an example.</summary>
    public IEnumerable<string> MediaTypes =>
        (_operation["requestBody"]?["content"]?.AsObject() ?? []).Where(media => media.Value!["example"] is not null).Select(media => media.Key);

    /// <summary>Creates a request from the examples of the parameters and of the body.</summary>
    /// <param name="mediaType">Media type of the body; null for the first.</param>
    public HttpRequestMessage CreateRequest(string? mediaType = null)
    {
        string path = Path;
        foreach (var parameter in Parameters("path"))
            path = path.Replace($"{{{parameter["name"]}}}", Uri.EscapeDataString($"{parameter["example"]}"), StringComparison.Ordinal);
        string query = string.Join('&', Parameters("query").Where(parameter => parameter["example"] is not null)
            .Select(parameter => $"{parameter["name"]}={Uri.EscapeDataString($"{parameter["example"]}")}"));
        var request = new HttpRequestMessage(new HttpMethod(Method), query.Length > 0 ? $"{path}?{query}" : path);
        mediaType ??= MediaTypes.FirstOrDefault();
        if (mediaType is not null)
        {
            var example = _operation["requestBody"]!["content"]![mediaType]!["example"];
            request.Content = mediaType == "application/json" ? JsonContent.Create(example) : new StringContent((string)example!, Encoding.UTF8, mediaType);
        }

        return request;
    }

    /// <summary>Names of the parameters of the path and of the query.</summary>
    public IEnumerable<string> ParameterNames(string place) => Parameters(place).Select(parameter => (string)parameter["name"]!);

    private IEnumerable<JsonNode> Parameters(string place) =>
        (_operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == place)!;

    private static List<ApiOperation> Read()
    {
        var document = JsonNode.Parse(File.ReadAllText(Repository.File("openapi.json")))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(operation.Key, path.Key, operation.Value!),
        ];
    }

    [GeneratedRegex("Scope: `([^`]+)`\\.$")]
    private static partial Regex Scope();
}
