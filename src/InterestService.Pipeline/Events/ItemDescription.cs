using System.Globalization;
using System.Text;

namespace InterestService.Pipeline.Events;

/// <summary>What the catalogue says of an item.</summary>
/// <param name="Title">Null when unknown.</param>
/// <param name="Categories">May be empty.</param>
public sealed record ItemDescription(string? Title, IReadOnlyList<string> Categories)
{
    /// <summary>What the item is, in up to a few hundred words; null when unknown, or where no text is read.</summary>
    public string? Description { get; init; }

    /// <summary>The title, the categories and the description as one text; empty when none has text.</summary>
    public string Text => string.Join(". ", new[] { Title, string.Join(", ", Categories), Description }.Where(HasText));

    /// <summary>Whether a text has a letter, a digit or a symbol such as an emoji: punctuation alone says nothing of an item.</summary>
    public static bool HasText(string? text) => text is not null && text.EnumerateRunes().Any(IsText);

    /// <summary>The same for UTF-8.</summary>
    public static bool HasText(ReadOnlySpan<byte> utf8)
    {
        for (int length; utf8.Length > 0; utf8 = utf8[length..])
        {
            Rune.DecodeFromUtf8(utf8, out Rune rune, out length);
            if (IsText(rune)) return true;
        }

        return false;
    }

    private static bool IsText(Rune rune) =>
        Rune.IsLetter(rune) || Rune.IsNumber(rune) || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol && rune != Rune.ReplacementChar);
}
