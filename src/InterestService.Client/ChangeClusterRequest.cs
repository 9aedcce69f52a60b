using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Client;

/// <summary>
/// What an analyst writes of a cluster. Only the properties that are set are sent: one that is set to null removes what is stored, one that is not set
/// leaves it as it is.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class ChangeClusterRequest
{
    private const string LabelName = "label";
    private const string NoteName = "note";

    private readonly Dictionary<string, string?> _changes;

    /// <summary>Creates a request that changes nothing.</summary>
    public ChangeClusterRequest()
        : this([])
    {
    }

    private ChangeClusterRequest(Dictionary<string, string?> changes) => _changes = changes;

    /// <summary>The name, 1 to 256 characters, not blank and without control characters; null gives the generated label back.</summary>
    public string? Label
    {
        get => _changes.GetValueOrDefault(LabelName);
        init => _changes[LabelName] = value;
    }

    /// <summary>The note; the same rules apply. Null removes it.</summary>
    public string? Note
    {
        get => _changes.GetValueOrDefault(NoteName);
        init => _changes[NoteName] = value;
    }

    private sealed class Converter : JsonConverter<ChangeClusterRequest>
    {
        public override ChangeClusterRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<Dictionary<string, string?>>(ref reader, options) ?? []);

        // A value of null is written, unlike a property of null.
        public override void Write(Utf8JsonWriter writer, ChangeClusterRequest value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value._changes, options);
    }
}
