using System.Globalization;
using System.Text;
using ICU4N.Globalization;
using ICU4N.Text;

namespace InterestService.Pipeline.Language;

/// <summary>What a <see cref="Word"/> consists of.</summary>
internal enum WordKind
{
    /// <summary>Letters, possibly with digits: <c>tent</c>, <c>x11r5</c>, <c>t-shirt</c>.</summary>
    Letters,

    /// <summary>Digits alone: <c>15</c>, <c>3.5</c>.</summary>
    Number,

    /// <summary>Han characters or kana.</summary>
    Ideographs,

    /// <summary>One emoji, however many code points it has.</summary>
    Emoji,
}

/// <summary>A word of a text.</summary>
/// <param name="Text">In lower case and NFC.</param>
/// <param name="Start">Where it begins in the normalised text.</param>
/// <param name="End">Where the next character is.</param>
/// <param name="Kind">What it consists of.</param>
internal readonly record struct Word(string Text, int Start, int End, WordKind Kind);

/// <summary>
/// Splits texts into words by the rules of Unicode (UAX #29) with the dictionaries of ICU for scripts without spaces: Chinese, Japanese, Thai,
/// Lao, Khmer and Burmese. In addition a hyphen or an ampersand between two letters or digits joins them (<c>t-shirt</c>, <c>at&amp;t</c>),
/// a colon separates, and <c>+</c> or <c>#</c> belongs to the letter before it (<c>c++</c>, <c>c#</c>). Thread-safe.
/// </summary>
internal static class WordSegmenter
{
    private const char ZeroWidthNonJoiner = '\u200c', ZeroWidthJoiner = '\u200d', ZeroWidthSpace = '\u200b', EmojiPresentation = '\ufe0f';
    private const int FirstTag = 0xe0020, FirstPictograph = 0x1f000;

    private static readonly BreakIterator _prototype = BreakIterator.GetWordInstance(UCultureInfo.InvariantCulture);

    /// <summary>An iterator holds its text, so each thread has one.</summary>
    [ThreadStatic]
    private static BreakIterator? _boundaries;

    /// <summary>Splits a text, which comes from <see cref="Normalize"/>, into its words in their order.</summary>
    public static List<Word> Split(string normalized)
    {
        var spans = new List<(int Start, int End, WordKind Kind)>();
        var boundaries = _boundaries ??= (BreakIterator)_prototype.Clone();
        boundaries.SetText(normalized);
        bool joined = false; // by a hyphen that follows a word immediately
        for (int start = boundaries.First(), end = boundaries.Next(); end != BreakIterator.Done; start = end, end = boundaries.Next())
        {
            var segment = normalized.AsSpan(start, end - start);
            var before = spans.Count > 0 && spans[^1].End == start - (joined ? 1 : 0) ? spans[^1] : default;
            bool follows = before.End > 0 && before.Kind is WordKind.Letters or WordKind.Number;
            if (KindOf(segment, boundaries.RuleStatus) is not { } kind)
            {
                if (follows && !joined && segment is "+" or "#" && IsSymbolOf(normalized.AsSpan(before.Start), before.End - before.Start)) spans[^1] = before with { End = end };
                joined = follows && !joined && segment is "-" or "\u2010" or "\u2011" or "&";
                continue;
            }

            if (joined && follows && kind is WordKind.Letters or WordKind.Number)
                spans[^1] = (before.Start, end, before.Kind == WordKind.Number && kind == WordKind.Number ? WordKind.Number : WordKind.Letters);
            else spans.Add((start, end, kind));
            joined = false;
        }

        return [.. spans.Select(span => new Word(Spell(normalized.AsSpan(span.Start, span.End - span.Start)), span.Start, span.End, span.Kind))];
    }

    /// <summary>
    /// Brings texts that read the same into the same form: NFC, lower case, without invisible characters, and with a colon as a separator.
    /// </summary>
    public static string Normalize(string text)
    {
        text = text.Replace(':', ';');
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        text = Normalizer2.NFCInstance.Normalize(text).Replace(ZeroWidthSpace, ' ');
        // Only Turkish and Azerbaijani have these letters, and there I is the capital of the one without a dot.
        if (text.AsSpan().IndexOfAny('İ', 'ı') >= 0) text = text.Replace('I', 'ı').Replace('İ', 'i');
        return string.Concat(text.EnumerateRunes().Where(rune => !IsInvisible(rune)).Select(Rune.ToLowerInvariant));
    }

    /// <summary>
    /// Whether a character has neither width nor meaning: a soft hyphen, a byte order mark, a mark of direction. The joiners that Persian, Indic
    /// scripts and emoji need are not such.
    /// </summary>
    public static bool IsInvisible(Rune rune) =>
        rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner or >= FirstTag) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    /// <summary>Whether a character is Chinese, or one that Japanese and Korean took from Chinese: it is a word or a part of one with a meaning.</summary>
    public static bool IsHan(Rune rune) => ICU4N.UChar.HasBinaryProperty(rune.Value, ICU4N.Globalization.UProperty.Ideographic);

    private static WordKind? KindOf(ReadOnlySpan<char> segment, int status) => status switch
    {
        >= BreakIterator.WordKana => WordKind.Ideographs,
        >= BreakIterator.WordLetter => WordKind.Letters,
        >= BreakIterator.WordNumber => WordKind.Number,
        _ => IsEmoji(segment) ? WordKind.Emoji : null,
    };

    private static bool IsEmoji(ReadOnlySpan<char> segment) =>
        Rune.DecodeFromUtf16(segment, out Rune first, out _) == System.Buffers.OperationStatus.Done
        && Rune.GetUnicodeCategory(first) == UnicodeCategory.OtherSymbol
        && (first.Value >= FirstPictograph || segment.Contains(EmojiPresentation)
            || ICU4N.UChar.HasBinaryProperty(first.Value, ICU4N.Globalization.UProperty.Emoji_Presentation));

    /// <summary>Whether a plus or number sign at some length belongs to the letter before it (<c>c++</c>, <c>f#</c>) and is no sum (<c>a+b</c>).</summary>
    private static bool IsSymbolOf(ReadOnlySpan<char> text, int length) =>
        char.IsAsciiLetter(text[0]) && text[1..length].TrimStart('+').IsEmpty
        && (length + 1 == text.Length || !char.IsLetterOrDigit(text[length + 1]));

    /// <summary>Writes apostrophes as one character and the Greek sigma as at the end of a word, and trims what quotes it.</summary>
    private static string Spell(ReadOnlySpan<char> span)
    {
        string word = span.ToString().Replace('\u2019', '\'').Replace('\uff07', '\'').Trim('\'', '_');
        return word.EndsWith('σ') ? $"{word[..^1]}ς" : word;
    }
}
