using System.Text;
using System.Text.Json.Nodes;
using ICU4N.Text;
using Microsoft.ML.Tokenizers;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>WordPiece, the tokenizer of BERT (Devlin, Chang, Lee and Toutanova, NAACL 2019): a vocabulary, one token a line.</summary>
internal static class WordPieceVocabulary
{
    /// <summary>How texts are prepared, and which tokens are special.</summary>
    /// <param name="LowerCase">Whether letters become small.</param>
    /// <param name="StripAccents">Whether accents are removed.</param>
    /// <param name="SplitChinese">Whether each Chinese character is a word.</param>
    /// <param name="Unknown">Stands for words that the vocabulary cannot spell.</param>
    /// <param name="First">Marks the beginning.</param>
    /// <param name="Last">Marks the end.</param>
    public sealed record Settings(bool LowerCase, bool StripAccents, bool SplitChinese, string Unknown, string First, string Last)
    {
        /// <summary>Reads <c>tokenizer_config.json</c>; what it does not say is as in BERT.</summary>
        public static Settings From(JsonObject settings)
        {
            bool lower = settings.Flag("do_lower_case") ?? true;
            return new Settings(
                lower, settings.Flag("strip_accents") ?? lower, settings.Flag("tokenize_chinese_chars") ?? true,
                settings.Token("unk_token") ?? "[UNK]", settings.Token("cls_token") ?? "[CLS]", settings.Token("sep_token") ?? "[SEP]");
        }
    }

    /// <summary>Reads a vocabulary.</summary>
    /// <exception cref="InvalidDataException">A special token is not in the vocabulary.</exception>
    public static TextTokenizer Read(Stream vocabulary, Settings settings)
    {
        using var reader = new StreamReader(vocabulary);
        return Create(reader.ReadToEnd().TrimEnd('\n').Split('\n'), settings);
    }

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="lines">The vocabulary by token.</param>
    /// <param name="settings">How texts are prepared.</param>
    /// <exception cref="InvalidDataException">A special token is not in the vocabulary.</exception>
    public static TextTokenizer Create(string[] lines, Settings settings)
    {
        string[] tokens = Array.ConvertAll(lines, line => line.TrimEnd('\r'));
        string anySpecial = settings.Unknown; // padding and masking do not occur
        foreach (string special in (string[])[settings.Unknown, settings.First, settings.Last])
            if (!tokens.Contains(special)) throw new InvalidDataException($"its vocabulary of {tokens.Length} tokens has no '{special}'");

        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', tokens)));
        var tokenizer = BertTokenizer.Create(stream, new BertOptions
        {
            LowerCaseBeforeTokenization = settings.LowerCase,
            IndividuallyTokenizeCjk = settings.SplitChinese,
            UnknownToken = settings.Unknown,
            ClassificationToken = settings.First,
            SeparatorToken = settings.Last,
            PaddingToken = anySpecial,
            MaskingToken = anySpecial,
        });
        return new TextTokenizer(
            text => [.. tokenizer.EncodeToIds(settings.StripAccents ? StripAccents(text) : text, addSpecialTokens: false, considerPreTokenization: true)],
            [tokenizer.ClassificationTokenId], [tokenizer.SeparatorTokenId],
            [.. tokens.Select(token => token == settings.Unknown || TextTokenizer.IsLoneLetter(token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : token))]);
    }

    /// <summary>Removes the marks of letters: é becomes e.</summary>
    public static string StripAccents(string text) => Ascii.IsValid(text)
        ? text
        : string.Concat(Normalizer2.NFDInstance.Normalize(text).EnumerateRunes()
            .Where(rune => Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.NonSpacingMark));
}
