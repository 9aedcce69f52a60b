using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Api.Requests;

/// <summary>Reads RFC 3339 with a required offset, as in events: without one the meaning of a time would depend on the server.</summary>
internal sealed class OffsetTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null
        : reader.TokenType == JsonTokenType.String && Rfc3339.TryParse(Encoding.UTF8.GetBytes(reader.GetString()!), out long microseconds)
            ? new DateTimeOffset(Timestamps.ToDateTime(microseconds))
            : throw JsonFaults.Unexpected(Rfc3339.Expected, ref reader);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is null) writer.WriteNullValue();
        else writer.WriteStringValue(value.Value);
    }
}
