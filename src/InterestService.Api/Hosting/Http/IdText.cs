namespace InterestService.Api.Hosting.Http;

/// <summary>The rule for ids of users, aliases and items, wherever a caller sends one. Lengths count Unicode scalar values.</summary>
internal static class IdText
{
    /// <summary>The longest id.</summary>
    public const int MaxLength = 256;

    /// <summary>What is expected of an id that <see cref="Check"/> does not accept.</summary>
    public static readonly string Fault = $"Expected 1 to {MaxLength} characters, not blank and without U+0000.";

    /// <summary>Returns whether text has the length of an id and is not blank.</summary>
    public static bool Check(string id) =>
        !string.IsNullOrWhiteSpace(id) && (id.Length <= MaxLength || (id.Length <= 2 * MaxLength && id.EnumerateRunes().Count() <= MaxLength));

    /// <summary>Returns whether text is an id in one line, without control characters and separators of lines and paragraphs.</summary>
    public static bool IsLine(string text) => Check(text) && !text.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029');
}
