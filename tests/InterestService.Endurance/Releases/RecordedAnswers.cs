using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InterestService.Endurance.Releases;

/// <summary>Calls of a service with what it answered while each of its clusterings was published.</summary>
/// <param name="Clusterings">The clusterings; the last one is published.</param>
internal sealed record RecordedAnswers(IReadOnlyList<RecordedClustering> Clusterings)
{
    /// <summary>Numbers are computed anew by the models, on another machine.</summary>
    private const double Tolerance = 1e-3;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RecordedAnswers Read(string file) => JsonSerializer.Deserialize<RecordedAnswers>(File.ReadAllText(file), _json)!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, _json) + "\n");

    /// <summary>Finds what an answer lacks of a recorded one. It may have more fields; lists have the same length and order.</summary>
    /// <param name="recorded">The recorded answer.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="path">Where both are, for the sentences.</param>
    /// <returns>A sentence for each difference.</returns>
    public static IEnumerable<string> Differences(JsonNode? recorded, JsonNode? answer, string path = "$") => (recorded, answer) switch
    {
        (JsonObject was, JsonObject now) => was.SelectMany(field => Differences(field.Value, now[field.Key], $"{path}.{field.Key}")),
        (JsonArray was, JsonArray now) when was.Count == now.Count => was.Zip(now).Index().SelectMany(pair => Differences(pair.Item.First, pair.Item.Second, $"{path}[{pair.Index}]")),
        (JsonValue was, JsonValue now) when was.GetValueKind() == JsonValueKind.Number && now.GetValueKind() == JsonValueKind.Number
            && Math.Abs((double)was - (double)now) <= Tolerance * Math.Max(1, Math.Abs((double)was)) => [],
        _ when JsonNode.DeepEquals(recorded, answer) => [],
        _ => [$"{path} was {Show(recorded)} and is {Show(answer)}"],
    };

    private static string Show(JsonNode? node) => node?.ToJsonString(_json) ?? "null";
}

/// <param name="Id">Id of the clustering.</param>
/// <param name="Encoder">Its encoder.</param>
/// <param name="Calls">What was answered while it was published.</param>
internal sealed record RecordedClustering(string Id, string Encoder, IReadOnlyList<RecordedCall> Calls);

/// <param name="Method">Method of the call.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">Body as JSON; null for none.</param>
/// <param name="Answer">The part of the answer that does not change from call to call.</param>
internal sealed record RecordedCall(string Method, string Path, JsonNode? Body, JsonNode Answer);
