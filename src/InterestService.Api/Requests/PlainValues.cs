using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Api.Requests;

/// <summary>Reads and writes values of one type as by default, and says what it expected where it finds something else.</summary>
/// <param name="expected">Describes the values.</param>
/// <param name="read">Reads a value; null when the token is not one.</param>
/// <param name="write">Writes a value.</param>
internal sealed class PlainValueConverter<T>(string expected, PlainValueConverter<T>.Reading read, Action<Utf8JsonWriter, T> write) : JsonConverter<T>
    where T : struct
{
    public delegate T? Reading(ref Utf8JsonReader reader);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(ref reader) ?? throw JsonFaults.Unexpected(expected, ref reader);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(writer, value);
}

/// <summary>Reads and writes the names of an enumeration, in camel case.</summary>
internal sealed class NamesConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)typeof(NamesConverter).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(typeToConvert).Invoke(null, null)!;

    private static PlainValueConverter<T> Create<T>()
        where T : struct, Enum
    {
        var names = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
        return new PlainValueConverter<T>(
            string.Join(" or ", names.Keys),
            (ref reader) => reader.TokenType == JsonTokenType.String && names.TryGetValue(reader.GetString()!, out var value) ? value : null,
            (writer, value) => writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString())));
    }
}

/// <summary>The converters of numbers, truth values and names.</summary>
internal static class PlainValues
{
    public const string WholeNumber = "a whole number from -2147483648 to 2147483647";
    public const string Flag = "true or false";
    private const string Number = "a number";

    public static IEnumerable<JsonConverter> Converters { get; } =
    [
        new PlainValueConverter<int>(
            WholeNumber, (ref reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : null,
            (writer, value) => writer.WriteNumberValue(value)),
        new PlainValueConverter<float>(
            Number, (ref reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out float value) ? value : null,
            (writer, value) => writer.WriteNumberValue(value)),
        new PlainValueConverter<double>(
            Number, (ref reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) ? value : null,
            (writer, value) => writer.WriteNumberValue(value)),
        new PlainValueConverter<bool>(
            Flag, (ref reader) => reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null,
            (writer, value) => writer.WriteBooleanValue(value)),
        new NamesConverter(),
    ];
}
