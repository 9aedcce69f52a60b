using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Api.Requests;

/// <summary>RFC 3339 with an offset or Z, as for events: without one a time would mean something else on every server.</summary>
internal sealed class OffsetTimeConverter : JsonConverter<DateTimeOffset?>
{
    private static readonly DateTime _epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null
        : reader.TokenType == JsonTokenType.String && Rfc3339.TryParse(Encoding.UTF8.GetBytes(reader.GetString()!), out long microseconds)
            ? new DateTimeOffset(_epoch.AddMicroseconds(microseconds))
            : throw new JsonException("could not be converted to a time");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is null) writer.WriteNullValue();
        else writer.WriteStringValue(value.Value);
    }
}
