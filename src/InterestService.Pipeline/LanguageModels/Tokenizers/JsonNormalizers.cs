using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ICU4N.Text;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>The steps by which <c>tokenizer.json</c> normalises texts before they are cut.</summary>
internal static class JsonNormalizers
{
    private const string Space = "\u2581";

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(1);

    /// <summary>Reads the normalizer.</summary>
    /// <returns>The steps as one function, and the precompiled table of characters of a SentencePiece model, which is applied after them; null: none.</returns>
    /// <exception cref="InvalidDataException">A step is not supported.</exception>
    public static (Func<string, string> Normalize, byte[]? Characters) Read(JsonNode? normalizer)
    {
        var steps = new List<Func<string, string>>();
        byte[]? characters = null;
        foreach (var step in TokenizerJson.Steps(normalizer, "normalizers"))
        {
            if (step.Text("type") == "Precompiled") characters = Convert.FromBase64String(step.Text("precompiled_charsmap") ?? "");
            else steps.Add(Read(step));
        }

        return (text => steps.Aggregate(text, (changed, step) => step(changed)), characters);
    }

    /// <summary>Reads a pattern of the file: a text or a regular expression.</summary>
    /// <exception cref="ArgumentException">It is no regular expression of .NET.</exception>
    public static Regex Pattern(JsonObject step) => new(
        (step["pattern"] as JsonObject)?.Text("Regex") ?? Regex.Escape((step["pattern"] as JsonObject)?.Text("String") ?? ""),
        RegexOptions.CultureInvariant, _timeout);

    private static Func<string, string> Read(JsonObject step)
    {
        switch (step.Text("type"))
        {
            case "NFC": return Normalizer2.NFCInstance.Normalize;
            case "NFD": return Normalizer2.NFDInstance.Normalize;
            case "NFKC": return Normalizer2.NFKCInstance.Normalize;
            case "NFKD": return Normalizer2.NFKDInstance.Normalize;
            case "Lowercase": return text => text.ToLowerInvariant();
            case "StripAccents": return WordPieceVocabulary.StripAccents;
            case "Strip": return text => text.Trim();
            case "Replace":
                var pattern = Pattern(step);
                // What becomes the sign for a space is a space here: the model puts the sign.
                string content = (step.Text("content") ?? "").Replace(Space, " ");
                return text => pattern.Replace(text, content.Replace("$", "$$"));
            case var type: throw TokenizerJson.Unsupported("normalizer", type);
        }
    }
}
