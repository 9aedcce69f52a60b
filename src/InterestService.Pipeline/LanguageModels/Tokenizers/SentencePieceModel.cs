using Google.Protobuf;
using Microsoft.ML.Tokenizers;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>Kinds of pieces, as in <c>sentencepiece_model.proto</c>.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A piece of a SentencePiece model; its place in the model is its number.</summary>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>
/// A SentencePiece model (Kudo and Richardson, EMNLP 2018), unigram or BPE, in its file format, a Protocol Buffers message.
/// <c>tokenizer.json</c> holds the same in other words; it is written in this format so that one library reads both.
/// </summary>
internal sealed class SentencePieceModel
{
    private const string Space = "\u2581"; // stands for a space in pieces

    private SentencePieceModel(byte[] content, Piece[] pieces) => (Content, Pieces) = (content, pieces);

    /// <summary>The model as a file.</summary>
    public byte[] Content { get; }

    /// <summary>The pieces, by number.</summary>
    public Piece[] Pieces { get; }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidDataException">The content is no such model.</exception>
    public static SentencePieceModel Read(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        byte[] content = buffer.ToArray();
        var pieces = new List<Piece>();
        try
        {
            var input = new CodedInputStream(content);
            for (uint tag; (tag = input.ReadTag()) != 0;)
            {
                if (tag == Tag(1, WireFormat.WireType.LengthDelimited)) pieces.Add(ReadPiece(input.ReadBytes()));
                else input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"its SentencePiece model cannot be read ({exception.Message})", exception);
        }

        if (pieces.Count == 0) throw new InvalidDataException("its SentencePiece model has no pieces");
        return new SentencePieceModel(content, [.. pieces]);
    }

    /// <summary>Writes a unigram model.</summary>
    /// <param name="pieces">Pieces by number.</param>
    /// <param name="unknown">The piece that stands for what has no other.</param>
    /// <param name="characters">The precompiled table of characters by which texts are normalised; null: none.</param>
    /// <param name="beginsWithSpace">Whether a space is put before each text.</param>
    public static SentencePieceModel Unigram(Piece[] pieces, int unknown, byte[]? characters, bool beginsWithSpace)
    {
        // The reader wants numbers of pieces for the ends, which nothing uses: the caller adds its own.
        int control = Math.Max(0, Array.FindIndex(pieces, piece => piece.Kind == PieceKind.Control));
        byte[] content = Message(output =>
        {
            foreach (var piece in pieces) Nested(output, 1, inner =>
            {
                inner.WriteTag(1, WireFormat.WireType.LengthDelimited);
                inner.WriteString(piece.Text);
                inner.WriteTag(2, WireFormat.WireType.Fixed32);
                inner.WriteFloat(piece.Score);
                Integer(inner, 3, (int)piece.Kind);
            });
            Nested(output, 2, trainer =>
            {
                Integer(trainer, 3, 1); // unigram
                Integer(trainer, 40, unknown);
                Integer(trainer, 41, control);
                Integer(trainer, 42, control);
                Integer(trainer, 43, -1);
                foreach (var (field, piece) in ((int, int)[])[(45, unknown), (46, control), (47, control)])
                {
                    trainer.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    trainer.WriteString(pieces[piece].Text);
                }
            });
            Nested(output, 3, normalizer =>
            {
                if (characters is not null)
                {
                    normalizer.WriteTag(2, WireFormat.WireType.LengthDelimited);
                    normalizer.WriteBytes(ByteString.CopyFrom(characters));
                }

                Integer(normalizer, 3, beginsWithSpace ? 1 : 0);
                Integer(normalizer, 4, 1); // several spaces become one
                Integer(normalizer, 5, 1); // and the sign for a space
            });
        });
        return new SentencePieceModel(content, pieces);
    }

    /// <summary>Returns a function that cuts texts into the numbers of pieces. Unknown characters in a row count as one.</summary>
    public Func<string, int[]> ToEncoder()
    {
        using var stream = new MemoryStream(Content);
        var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        return text =>
        {
            var pieces = new List<int>();
            foreach (int piece in tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false))
                if (piece != tokenizer.UnknownId || pieces.Count == 0 || pieces[^1] != piece) pieces.Add(piece);
            return [.. pieces];
        };
    }

    /// <summary>Whether a piece says that the model has no word for a text: the unknown one, a byte or a lone letter.</summary>
    public static bool IsUnreadable(Piece piece) => piece.Kind is PieceKind.Unknown or PieceKind.Byte
        || TextTokenizer.IsLoneLetter(piece.Text.StartsWith(Space, StringComparison.Ordinal) ? piece.Text[Space.Length..] : piece.Text);

    private static Piece ReadPiece(ByteString content)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        var input = content.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == Tag(1, WireFormat.WireType.LengthDelimited)) text = input.ReadString();
            else if (tag == Tag(2, WireFormat.WireType.Fixed32)) score = input.ReadFloat();
            else if (tag == Tag(3, WireFormat.WireType.Varint)) kind = (PieceKind)input.ReadInt32();
            else input.SkipLastField();
        }

        return new Piece(text, score, kind);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Integer(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    private static uint Tag(int field, WireFormat.WireType type) => WireFormat.MakeTag(field, type);
}
