using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>
/// Byte-pair encoding over the bytes of a text, as GPT-2, RoBERTa, ModernBERT and Qwen use it (Radford et al. 2019). Each byte is written as one
/// character: a printable one as itself, the others as those from U+0100.
/// </summary>
internal static partial class ByteLevelBpe
{
    /// <summary>Reads the BPE model of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">The file.</param>
    /// <param name="model">Its model.</param>
    /// <param name="ends">Tokens before and after a text.</param>
    /// <exception cref="InvalidDataException">It is not byte-level, or asks for something else that is not supported.</exception>
    public static TextTokenizer Read(JsonObject json, JsonObject model, (int[] First, int[] Last) ends)
    {
        var vocabulary = TokenizerJson.Vocabulary(model);
        var (words, beginsWithSpace) = Words(json);
        var (normalize, characters) = JsonNormalizers.Read(json["normalizer"]);
        if (characters is not null) throw TokenizerJson.Unsupported("normalizer", "Precompiled");
        var tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = [.. model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>())],
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(words, specialTokens: null),
        });

        bool[] unreadable = new bool[Math.Max(vocabulary.Values.Max(), ends.First.Concat(ends.Last).DefaultIfEmpty().Max()) + 1];
        foreach (var (token, number) in vocabulary) unreadable[number] = IsUnreadable(token);
        return new TextTokenizer(
            text =>
            {
                text = normalize(text);
                return [.. tokenizer.EncodeToIds(beginsWithSpace && !text.StartsWith(' ') ? " " + text : text)];
            },
            ends.First, ends.Last, unreadable);
    }

    /// <summary>Returns the pattern of words, which no merge crosses, and whether a space is put before each text.</summary>
    private static (Regex Words, bool BeginsWithSpace) Words(JsonObject json)
    {
        var (words, byteLevel, space) = ((Regex?)null, false, false);
        foreach (var step in TokenizerJson.Steps(json["pre_tokenizer"], "pretokenizers"))
        {
            switch (step.Text("type"))
            {
                case "Split" when words is null && step.Text("behavior") == "Isolated" && step.Flag("invert") != true:
                    words = JsonNormalizers.Pattern(step);
                    break;
                case "ByteLevel":
                    byteLevel = true;
                    space = step.Flag("add_prefix_space") ?? true;
                    if (step.Flag("use_regex") ?? true) words ??= WordsOfGpt2();
                    break;
                case var type:
                    throw TokenizerJson.Unsupported("pre_tokenizer", type);
            }
        }

        if (!byteLevel) throw TokenizerJson.Unsupported("model", "BPE without ByteLevel");
        return (words ?? WholeText(), space);
    }

    /// <summary>Whether the bytes of a token are a part of a character, or a lone letter.</summary>
    private static bool IsUnreadable(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (ByteOf(token[i]) is not { } value) return false; // a special token
            bytes[i] = value;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes)) return true;
        string text = System.Text.Encoding.UTF8.GetString(bytes);
        return TextTokenizer.IsLoneLetter(text.StartsWith(' ') ? text[1..] : text);
    }

    /// <summary>Returns the byte that a character stands for; null where it stands for none.</summary>
    private static byte? ByteOf(char character) => character switch
    {
        (>= '!' and <= '~') or (>= '\u00a1' and <= '\u00ac') or (>= '\u00ae' and <= '\u00ff') => (byte)character,
        >= '\u0100' and <= '\u0120' => (byte)(character - 0x100), // 0 to 32
        >= '\u0121' and <= '\u0142' => (byte)(character - 0x121 + 0x7f), // 127 to 160
        '\u0143' => 0xad,
        _ => null,
    };

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex WordsOfGpt2();

    [GeneratedRegex(@"(?s).+", RegexOptions.CultureInvariant)]
    private static partial Regex WholeText();
}
