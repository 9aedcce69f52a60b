using System.Buffers;
using System.Text;
using System.Text.Json;

namespace InterestService.Api.Requests;

/// <summary>What is wrong with JSON that a caller sent, in words that need no knowledge of the reader or of .NET.</summary>
internal static class JsonFaults
{
    private const int QuotedLength = 40;

    // The reader guesses what was meant, such as null for "not", tells options of itself, and appends positions.
    private static readonly string[] _ownWords = [" Expected the literal ", " Change the reader options", " Path: ", " LineNumber: "];

    /// <summary>Returns why a text is not JSON, without its position.</summary>
    public static string Reason(JsonException exception)
    {
        string reason = exception.Message;
        foreach (string words in _ownWords) reason = reason.Split(words, 2)[0];
        return reason;
    }

    /// <summary>Returns the error of a value that is not what is expected.</summary>
    /// <param name="expected">What is expected, such as <c>a number</c>.</param>
    /// <param name="reader">At the first token of the value.</param>
    public static JsonValueException Unexpected(string expected, ref Utf8JsonReader reader) => new(Unexpected(expected, Describe(ref reader)));

    /// <summary>Returns the message on a value that is not what is expected.</summary>
    public static string Unexpected(string expected, string found) => $"Expected {expected}, found {found}.";

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"'{Shorten(ref reader)}'",
        JsonTokenType.Number => Shorten(ref reader),
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        var token => token.ToString().ToLowerInvariant(),
    };

    private static string Shorten(ref Utf8JsonReader reader)
    {
        string text = Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        return text.Length <= QuotedLength ? text : string.Concat(text.EnumerateRunes().Take(QuotedLength)) + "...";
    }
}

/// <summary>A value of a JSON body is not valid. The message is meant for the caller.</summary>
internal sealed class JsonValueException(string message) : JsonException(message);
