using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Client;

/// <summary>How many clusters: a number, or <see cref="Auto"/>, which leaves the choice to the service. A number converts to it.</summary>
/// <param name="Number">1 to 10,000; null for <see cref="Auto"/>.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct ClusterCount(int? Number)
{
    private const string AutoText = "auto";

    /// <summary>The service chooses the number.</summary>
    public static ClusterCount Auto => default;

    /// <summary>Returns a number of clusters.</summary>
    public static implicit operator ClusterCount(int number) => FromInt32(number);

    /// <summary>Returns a number of clusters.</summary>
    public static ClusterCount FromInt32(int number) => new(number);

    /// <summary>Returns the number, or <c>auto</c>.</summary>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? AutoText;

    private sealed class Converter : JsonConverter<ClusterCount>
    {
        public override ClusterCount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(AutoText) ? Auto : new ClusterCount(reader.GetInt32());

        public override void Write(Utf8JsonWriter writer, ClusterCount value, JsonSerializerOptions options)
        {
            if (value.Number is { } number) writer.WriteNumberValue(number);
            else writer.WriteStringValue(AutoText);
        }
    }
}
