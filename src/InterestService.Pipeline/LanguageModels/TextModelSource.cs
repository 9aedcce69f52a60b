using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>
/// Where the language model of texts comes from. It is a part of a stored model's options: texts that come later are encoded by the same one.
/// </summary>
public sealed record TextModelSource
{
    /// <summary>
    /// A folder with a sentence encoder in ONNX, as Hugging Face lays it out (<c>model.onnx</c> or <c>onnx/model.onnx</c> and the files of its
    /// tokenizer), or the address of an OpenAI-compatible API, such as <c>http://localhost:11434/v1</c>. Default null: the included MiniLM,
    /// which supports English only.
    /// </summary>
    public string? Location { get; init; }

    /// <summary>
    /// How the vectors of a text's tokens become one: <c>mean</c>, <c>cls</c> (that of the first token) or <c>last</c> (that of the last one).
    /// Default null: as the folder says in <c>1_Pooling/config.json</c>, otherwise <c>mean</c>.
    /// </summary>
    public string? Pooling { get; init; }

    /// <summary>Put before each text, such as <c>"query: "</c>. Default null: nothing.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Maximum number of tokens of a window of a long text, those that mark the ends included. Default null: 128, or fewer where the folder says so.
    /// </summary>
    public int? MaximumTokens { get; init; }

    /// <summary>Name of the model at an address. Default null: none is sent.</summary>
    public string? Model { get; init; }

    /// <summary>Length of the vectors that an address must return. Default null: that of the first one.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Whether the location is an address rather than a folder.</summary>
    [JsonIgnore]
    public bool IsAddress => Location is not null
        && (Location.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Location.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Reads a source, or its location alone as earlier versions stored it.</summary>
internal sealed class TextModelSourceConverter : JsonConverter<TextModelSource>
{
    public override TextModelSource? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new TextModelSource { Location = reader.GetString() }
            : JsonSerializer.Deserialize<TextModelSource>(ref reader, options);

    public override void Write(Utf8JsonWriter writer, TextModelSource value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options);
}
