using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Api.Requests;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// The check of all text that callers send in paths, queries, cursors and JSON bodies: PostgreSQL stores neither U+0000 nor half of a
/// surrogate pair, and fails the statement. Rows of uploads have the same check in their own reader.
/// </summary>
internal static class StorableText
{
    public const string Fault = "Expected text without the character U+0000 and without half of a surrogate pair.";

    public static bool Check(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0')) return false;
        int at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && at < text.Length)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out int length) != System.Buffers.OperationStatus.Done) return false;
            at += length;
        }

        return true;
    }

    /// <summary>
    /// Answers 400 when a route value or a value of the query is not storable, and when a route value, which is always an id, breaks the rule for
    /// ids (<see cref="IdText"/>).
    /// </summary>
    public static void UseStorableText(this WebApplication app) => app.Use((context, next) =>
        FindFault(context.Request) is var (name, fault) ? Problems.Invalid(name, fault).ExecuteAsync(context) : next(context));

    private static (string Name, string Fault)? FindFault(HttpRequest request)
    {
        foreach (var (name, value) in request.RouteValues)
        {
            if (value is not string text) continue;
            if (!Check(text)) return (name, Fault);
            if (!IdText.Check(text)) return (name, IdText.Fault);
        }

        if (!request.QueryString.HasValue) return null;
        foreach (var (name, values) in request.Query)
            foreach (string? text in values)
                if (!Check(text)) return (name, Fault);
        return null;
    }
}

/// <summary>Reads strings of a JSON body, names of dictionaries among them.</summary>
internal sealed class StorableTextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Check(ref reader) : throw JsonFaults.Unexpected("a text", ref reader);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Check(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static string Check(ref Utf8JsonReader reader)
    {
        try
        {
            string text = reader.GetString()!;
            if (StorableText.Check(text)) return text;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
        }

        throw new JsonValueException(StorableText.Fault);
    }
}
