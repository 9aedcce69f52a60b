using System.Globalization;
using System.Text;

namespace InterestService.Pipeline.Events;

/// <summary>What the catalogue says of an item.</summary>
/// <param name="Title">Null when unknown.</param>
/// <param name="Categories">May be empty.</param>
public sealed record ItemDescription(string? Title, IReadOnlyList<string> Categories)
{
    /// <summary>The title and the categories as one text; empty when neither <see cref="HasText"/>.</summary>
    public string Text => string.Join(". ", new[] { Title, string.Join(", ", Categories) }.Where(HasText));

    /// <summary>Whether a text has a letter, a digit or a symbol such as an emoji: punctuation alone says nothing of an item.</summary>
    public static bool HasText(string? text) =>
        text is not null && text.EnumerateRunes().Any(rune => Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol);
}
