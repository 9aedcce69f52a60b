using InterestService.Pipeline.LanguageModels.Tokenizers;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>Finds the tokenizer of a language model from the files in its folder.</summary>
internal static class TokenizerFiles
{
    private const string Config = "tokenizer_config.json";

    /// <summary>
    /// Opens the tokenizer: <c>vocab.txt</c> (WordPiece), <c>sentencepiece.bpe.model</c> (XLM-RoBERTa), <c>tokenizer.model</c> (SentencePiece) or
    /// <c>tokenizer.json</c> (WordPiece, Unigram, byte-level BPE); the first of them that is there.
    /// </summary>
    /// <exception cref="InvalidDataException">There is none, or it cannot be read.</exception>
    public static TextTokenizer Open(ModelFolder folder)
    {
        var settings = folder.Settings(Config);
        if (folder.Find("vocab.txt") is { } words)
            using (words) return Sized(folder, WordPieceVocabulary.Read(words, WordPieceVocabulary.Settings.From(settings)));
        if (folder.Find("sentencepiece.bpe.model") is { } fairseq)
            using (fairseq) return Sized(folder, SentencePieceFile.ReadFairseq(fairseq));
        if (folder.Find("tokenizer.model") is { } pieces)
            using (pieces) return Sized(folder, SentencePieceFile.Read(pieces, settings));
        if (folder.Find("tokenizer.json") is not null) return Sized(folder, TokenizerJson.Read(folder.Settings("tokenizer.json")));
        throw new FileNotFoundException("it has none of the files vocab.txt, sentencepiece.bpe.model, tokenizer.model and tokenizer.json");
    }

    /// <summary>Returns the maximum number of tokens of a text by the settings in the folder; the largest number where they say none.</summary>
    public static int MaximumTokens(ModelFolder folder)
    {
        double?[] limits =
        [
            folder.Settings("sentence_bert_config.json").Number("max_seq_length"),
            folder.Settings(Config).Number("model_max_length"),
            Positions(folder),
        ];
        return (int)Math.Min(int.MaxValue, limits.Where(limit => limit >= 1).Min() ?? int.MaxValue);
    }

    /// <summary>Returns the number of positions that a model learned; those of RoBERTa begin after the padding token's number.</summary>
    private static double? Positions(ModelFolder folder)
    {
        var config = folder.Settings("config.json");
        bool offset = config.Text("model_type") is "roberta" or "xlm-roberta" or "camembert" or "mpnet";
        return config.Number("max_position_embeddings") - (offset ? 2 : 0);
    }

    /// <exception cref="InvalidDataException">The tokenizer has more tokens than the model.</exception>
    private static TextTokenizer Sized(ModelFolder folder, TextTokenizer tokenizer) =>
        folder.Settings("config.json").Number("vocab_size") is { } size && tokenizer.Size > size
            ? throw new InvalidDataException($"its tokenizer has {tokenizer.Size} tokens, and config.json says {size}; the two belong to different models")
            : tokenizer;
}
