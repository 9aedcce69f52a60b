using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Api.Requests;

/// <summary>How many clusters: a number or, where it is null, <c>"auto"</c>.</summary>
[JsonConverter(typeof(Converter))]
[TypeConverter(typeof(TextConverter))]
public readonly record struct ClusterCount(int? Number)
{
    private const string Auto = "auto";

    internal sealed class Converter : JsonConverter<ClusterCount>
    {
        public override ClusterCount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetInt32(out int number) => new ClusterCount(number),
            JsonTokenType.String when reader.ValueTextEquals(Auto) => new ClusterCount(null),
            _ => throw JsonFaults.Unexpected("1 to 10000 or \"auto\"", ref reader),
        };

        public override void Write(Utf8JsonWriter writer, ClusterCount value, JsonSerializerOptions options)
        {
            if (value.Number is { } number) writer.WriteNumberValue(number);
            else writer.WriteStringValue(Auto);
        }
    }

    /// <summary>Parses the value as in configuration.</summary>
    internal sealed class TextConverter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => value switch
        {
            Auto => new ClusterCount(null),
            string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => new ClusterCount(number),
            _ => throw new FormatException($"Expected a whole number or \"auto\", found '{value}'."),
        };
    }
}
