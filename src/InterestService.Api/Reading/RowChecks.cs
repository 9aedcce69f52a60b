using InterestService.Api.Hosting.Http;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Reading;

/// <summary>
/// Checks that several fields share. A violation becomes the row's <see cref="Row.Fault"/>. Lengths count Unicode scalar values.
/// </summary>
internal static class RowChecks
{
    public static ReadOnlySpan<byte> RequireId(this Row row, int field)
    {
        if (!row[field].IsEmpty) return row.CheckId(field);
        row.FailLength(field, 1, IdText.MaxLength, "it is missing");
        return default;
    }

    /// <summary>
    /// Returns an id, byte for byte but for byte order marks around it, which nobody can see; empty when absent. A blank id is a fault.
    /// </summary>
    public static ReadOnlySpan<byte> CheckId(this Row row, int field)
    {
        if (row[field].IsEmpty) return default;
        var id = Utf8Text.TrimByteOrderMarks(row[field]);
        if (Utf8Text.Trim(id).IsEmpty) row.FailLength(field, 1, IdText.MaxLength, "it is blank");
        row.CheckContent(field, id, 1, IdText.MaxLength);
        return id;
    }

    /// <summary>Returns text as sent; empty when absent or blank.</summary>
    public static ReadOnlySpan<byte> CheckText(this Row row, int field, int maxLength)
    {
        var text = row[field];
        if (Utf8Text.Trim(text).IsEmpty) return default;
        row.CheckContent(field, text, 0, maxLength);
        return text;
    }

    /// <summary>Returns a title as <see cref="CheckText"/> does; one of punctuation alone is missing.</summary>
    public static ReadOnlySpan<byte> CheckTitle(this Row row, int field, int maxLength)
    {
        var text = row.CheckText(field, maxLength);
        return ItemDescription.HasText(text) ? text : default;
    }

    /// <summary>Returns text without leading and trailing white space; missing or blank text is a fault.</summary>
    public static ReadOnlySpan<byte> RequireTrimmed(this Row row, int field, int maxLength)
    {
        var text = Utf8Text.Trim(row[field]);
        if (text.IsEmpty) row.FailLength(field, 1, maxLength, row[field].IsEmpty ? "it is missing" : "it is blank");
        else row.CheckContent(field, text, 1, maxLength);
        return text;
    }

    private static void CheckContent(this Row row, int field, ReadOnlySpan<byte> text, int minLength, int maxLength)
    {
        if (text.Contains((byte)0))
        {
            var name = row.Schema.Fields[field].Name;
            row.Fail(name, $"{name} must not hold the character U+0000, which cannot be stored.");
        }

        // A character has at least one byte, so that short text need not be counted.
        if (text.Length <= maxLength) return;
        var length = Utf8Text.Length(text);
        if (length > maxLength) row.FailLength(field, minLength, maxLength, $"found {length}: {Utf8Text.Quote(text)}");
    }

    private static void FailLength(this Row row, int field, int minLength, int maxLength, string found)
    {
        var name = row.Schema.Fields[field].Name;
        row.Fail(name, $"{name} must be {(minLength > 0 ? $"{minLength} to" : "at most")} {maxLength} characters; {found}.");
    }
}
