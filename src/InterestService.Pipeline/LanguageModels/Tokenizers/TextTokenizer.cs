using System.Buffers;
using System.Text;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>Cuts texts into the tokens of a language model. Thread-safe.</summary>
/// <param name="encode">Returns the tokens of a text without those that mark its ends.</param>
/// <param name="first">Tokens that mark the beginning.</param>
/// <param name="last">Tokens that mark the end.</param>
/// <param name="unreadable">Which tokens say that the vocabulary has no word for a text, <c>[tokens]</c>.</param>
internal sealed class TextTokenizer(Func<string, int[]> encode, int[] first, int[] last, bool[] unreadable)
{
    /// <summary>Number of tokens that it knows: a token is below it.</summary>
    public int Size => unreadable.Length;

    /// <summary>Number of tokens that mark the ends.</summary>
    public int Ends => first.Length + last.Length;

    /// <summary>Returns the tokens of a text without those that mark its ends.</summary>
    public int[] Encode(string text) => encode(text);

    /// <summary>Adds the tokens that mark the ends.</summary>
    public int[] AddEnds(int[] tokens) => [.. first, .. tokens, .. last];

    /// <summary>Whether a token says that the vocabulary has no word for a text.</summary>
    public bool IsUnreadable(int token) => unreadable[token];

    /// <summary>
    /// Whether a token is a letter that is not Latin and has no meaning of its own: by these the words of a script are spelt that the model did
    /// not learn.
    /// </summary>
    /// <param name="piece">The token without marks of its place in a word.</param>
    public static bool IsLoneLetter(string piece) =>
        Rune.DecodeFromUtf16(piece, out Rune letter, out int length) == OperationStatus.Done && length == piece.Length
        && !letter.IsAscii && Rune.IsLetter(letter) && !WordSegmenter.IsHan(letter);
}
