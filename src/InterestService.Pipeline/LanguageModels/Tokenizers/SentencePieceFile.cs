using System.Text.Json.Nodes;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>Reads SentencePiece model files as the models number their tokens.</summary>
internal static class SentencePieceFile
{
    /// <summary>
    /// Reads <c>sentencepiece.bpe.model</c> of the XLM-RoBERTa family (Conneau et al., ACL 2020), to which multilingual-e5 and bge-m3 belong.
    /// Its tokens are those of fairseq, which puts <c>&lt;s&gt; &lt;pad&gt; &lt;/s&gt; &lt;unk&gt;</c> first: all other pieces are one higher than in
    /// the file, whose own special pieces are the first three.
    /// </summary>
    public static TextTokenizer ReadFairseq(Stream stream)
    {
        const int First = 0, Pad = 1, Last = 2, Unknown = 3, Special = 3, Offset = 1;
        var model = SentencePieceModel.Read(stream);
        if (model.Pieces.Take(Special).Any(piece => piece.Kind is not (PieceKind.Unknown or PieceKind.Control)))
            throw new InvalidDataException("its sentencepiece.bpe.model does not begin with <unk>, <s> and </s>, as those of XLM-RoBERTa do");
        var encode = model.ToEncoder();
        bool[] unreadable = new bool[model.Pieces.Length + Offset];
        for (int piece = Special; piece < model.Pieces.Length; piece++) unreadable[piece + Offset] = SentencePieceModel.IsUnreadable(model.Pieces[piece]);
        unreadable[Unknown] = true;
        return new TextTokenizer(
            text => Array.ConvertAll(encode(text), piece => piece >= Special ? piece + Offset : model.Pieces[piece].Kind == PieceKind.Unknown ? Unknown : Pad),
            [First], [Last], unreadable);
    }

    /// <summary>Reads <c>tokenizer.model</c>, whose pieces are the tokens; the settings tell which of the ends are marked.</summary>
    /// <param name="stream">Content of the file.</param>
    /// <param name="settings">Content of <c>tokenizer_config.json</c>.</param>
    public static TextTokenizer Read(Stream stream, JsonObject settings)
    {
        var model = SentencePieceModel.Read(stream);
        return new TextTokenizer(
            model.ToEncoder(),
            settings.Flag("add_bos_token") ?? true ? [Control(settings.Token("bos_token") ?? "<s>")] : [],
            settings.Flag("add_eos_token") ?? false ? [Control(settings.Token("eos_token") ?? "</s>")] : [],
            Array.ConvertAll(model.Pieces, SentencePieceModel.IsUnreadable));

        int Control(string text) => Array.FindIndex(model.Pieces, piece => piece.Text == text) is >= 0 and var found
            ? found
            : throw new InvalidDataException($"its tokenizer.model has no piece '{text}'");
    }
}
