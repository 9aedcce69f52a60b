using System.Text;
using System.Text.Json;

namespace InterestService.Api.Reading;

/// <summary>Helpers for UTF-8 text. Lengths count Unicode scalar values, as PostgreSQL's <c>length</c> does.</summary>
internal static class Utf8Text
{
    private const int QuotedLength = 40;

    /// <summary>U+FEFF, which is invisible.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Removes leading and trailing byte order marks.</summary>
    public static ReadOnlySpan<byte> TrimByteOrderMarks(ReadOnlySpan<byte> text)
    {
        while (text.StartsWith(ByteOrderMark)) text = text[ByteOrderMark.Length..];
        while (text.EndsWith(ByteOrderMark)) text = text[..^ByteOrderMark.Length];
        return text;
    }

    /// <summary>Removes leading and trailing Unicode white space and byte order marks.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        if (text is [> 0x20 and < 0x7F] or [> 0x20 and < 0x7F, .., > 0x20 and < 0x7F]) return text;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var bytes);
            if (!IsBlank(rune)) break;
            text = text[bytes..];
        }

        while (!text.IsEmpty)
        {
            Rune.DecodeLastFromUtf8(text, out var rune, out var bytes);
            if (!IsBlank(rune)) break;
            text = text[..^bytes];
        }

        return text;
    }

    /// <summary>Returns whether a string or a name in JSON, whose bytes are valid UTF-8, has no escaped half of a surrogate pair.</summary>
    public static bool IsUnicode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return true;
        try
        {
            reader.CopyString(new byte[reader.ValueSpan.Length]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value == 0xFEFF;

    public static int Length(ReadOnlySpan<byte> text)
    {
        var length = 0;
        foreach (var unit in text)
        {
            if ((unit & 0xC0) != 0x80) length++;
        }

        return length;
    }

    /// <summary>Puts text in quotation marks and shortens it for a message.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var quoted = new StringBuilder("\"");
        var length = 0;
        while (!text.IsEmpty && length++ < QuotedLength)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var bytes);
            quoted.Append(rune.ToString());
            text = text[bytes..];
        }

        return quoted.Append(text.IsEmpty ? "\"" : "...\"").ToString();
    }
}
