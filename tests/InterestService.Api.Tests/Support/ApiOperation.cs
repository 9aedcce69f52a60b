using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InterestService.Api.Tests.Support;

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

    /// <summary>Creates a request with a value for each path parameter and the example of the body.</summary>
    public HttpRequestMessage CreateRequest()
    {
        string path = Path;
        foreach (var parameter in Parameters("path")) path = path.Replace($"{{{parameter["name"]}}}", Value(parameter["schema"]!), StringComparison.Ordinal);
        var required = Parameters("query").Where(parameter => (bool?)parameter["required"] is true)
            .Select(parameter => $"{parameter["name"]}={Value(parameter["schema"]!)}");
        string query = string.Join('&', required);
        var request = new HttpRequestMessage(new HttpMethod(Method), query.Length > 0 ? $"{path}?{query}" : path);
        if (_operation["requestBody"]?["content"]?.AsObject().First() is { Value: { } media } body)
        {
            request.Content = body.Key == "application/json"
                ? JsonContent.Create(media["example"])
                : new StringContent((string)media["example"]!, Encoding.UTF8, body.Key);
        }

        return request;
    }

    /// <summary>Names of the parameters of the path and of the query.</summary>
    public IEnumerable<string> ParameterNames(string place) => Parameters(place).Select(parameter => (string)parameter["name"]!);

    private IEnumerable<JsonNode> Parameters(string place) =>
        (_operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == place)!;

    private static string Value(JsonNode schema) => ((string?)schema["type"], (string?)schema["format"]) switch
    {
        ("string", "uuid") => "01234567-89ab-7def-8123-456789abcdef",
        ("integer", _) => "1",
        ("boolean", _) => "true",
        _ => "u1042",
    };

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
