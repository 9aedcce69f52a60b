using System.Text.Json;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.LanguageModels.Tokenizers;

namespace InterestService.Pipeline.Tests.LanguageModels;

/// <summary>A folder of a language model that a test makes; deleted when disposed.</summary>
internal sealed class TinyFolder : IDisposable
{
    /// <summary>Words of the vocabularies of these folders.</summary>
    private static readonly string[] _words = ["tea", "pot", "green", "ball", "query", ":", "##s", "你", "й"];

    public string Path { get; } = Directory.CreateTempSubdirectory("text-model").FullName;

    /// <summary>A folder with a WordPiece vocabulary and the graph over it: <c>[PAD] [UNK] [CLS] [SEP]</c>, then the words.</summary>
    public static TinyFolder WordPiece() => new TinyFolder()
        .With("vocab.txt", string.Join('\n', (string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. _words]))
        .With("model.onnx", TinyGraph.OneHot(4 + _words.Length).ToBytes());

    /// <summary>A unigram model with the special pieces of SentencePiece, the words with a space before them and single letters.</summary>
    public static SentencePieceModel Unigram() => SentencePieceModel.Unigram(
        [
            new("<unk>", 0, PieceKind.Unknown), new("<s>", 0, PieceKind.Control), new("</s>", 0, PieceKind.Control),
            .. Scored("▁green", "▁tea", "▁pot", "s", "▁", "t", "e", "a", "你"),
        ], unknown: 0, characters: null, beginsWithSpace: true);

    /// <summary>Pieces with scores that prefer the longer ones.</summary>
    public static Piece[] Scored(params string[] pieces) => [.. pieces.Select(piece => new Piece(piece, -10f / piece.Length, PieceKind.Normal))];

    public TinyFolder With(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    public TinyFolder With(string name, string content) => With(name, System.Text.Encoding.UTF8.GetBytes(content));

    public TinyFolder With(string name, object json) => With(name, JsonSerializer.SerializeToUtf8Bytes(json));

    public TextTokenizer Tokenizer() => TokenizerFiles.Open(new ModelFolder(Path));

    public ITextModel Open(TextModelSource? source = null) => new TextModels().Open((source ?? new()) with { Location = Path }, threads: 1);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
