using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels.Tokenizers;
using InterestService.Pipeline.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>
/// A pretrained sentence encoder (Reimers and Gurevych, "Sentence-BERT", EMNLP 2019) in ONNX Runtime. A text that is longer than a window is
/// read in several windows of about the same length; its vector is the mean of theirs, weighted by length.
/// </summary>
internal sealed class OnnxTextModel : ITextModel
{
    /// <summary>Maximum number of tokens of a window where neither the source nor the folder says less.</summary>
    private const int DefaultWindow = 128;

    /// <summary>Maximum number of tokens of a text that are read, in all its windows: about two hundred words.</summary>
    private const int MaxTokens = 256;

    private const int BatchSize = 32;

    /// <summary>Maximum number of tokens of a batch; what attention takes grows with the square of a window's length.</summary>
    private const int BatchTokens = 4096;

    private readonly OnnxGraph _graph;
    private readonly TextTokenizer _tokenizer;
    private readonly int[] _prefix;
    private readonly string _prefixText;
    private readonly int _window; // tokens of a text in a window, the prefix included

    private OnnxTextModel(OnnxGraph graph, TextTokenizer tokenizer, string prefix, int window)
    {
        (_graph, _tokenizer, _prefixText) = (graph, tokenizer, prefix);
        _prefix = prefix.Length == 0 ? [] : tokenizer.Encode(prefix);
        _window = window - tokenizer.Ends;
        if (_window <= _prefix.Length)
        {
            throw new InvalidDataException(
                $"its window of {window} tokens leaves none to a text beside {tokenizer.Ends} at its ends and {_prefix.Length} of the prefix");
        }

        Check();
    }

    /// <summary>Opens the model in a folder and tries it.</summary>
    /// <exception cref="PipelineException">A file is missing or wrong, or the files do not go together.</exception>
    public static OnnxTextModel Open(ModelFolder folder, TextModelSource source, int threads)
    {
        var pooling = source.Pooling is { } name ? TokenPoolings.Parse(name) : TokenPoolings.Of(folder.Settings("1_Pooling/config.json"));
        var graph = new OnnxGraph(folder, pooling, threads);
        try
        {
            var tokenizer = TokenizerFiles.Open(folder);
            int limit = TokenizerFiles.MaximumTokens(folder);
            return new OnnxTextModel(graph, tokenizer, source.Prefix ?? "", Math.Min(source.MaximumTokens ?? DefaultWindow, limit));
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    public ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation)
    {
        int[][] tokens = new int[texts.Count][];
        for (int text = 0; text < tokens.Length; text++)
        {
            cancellation.ThrowIfCancellationRequested();
            tokens[text] = _tokenizer.Encode(_prefixText + texts[text]);
        }

        var windows = tokens.SelectMany((ids, text) => Windows(ids).Select(window => (Text: text, Ids: window))).ToArray();
        // Windows of one length share a batch: padding costs as much as text, and a vector depends on its text alone.
        int[][] batches = [.. Enumerable.Range(0, windows.Length).GroupBy(window => windows[window].Ids.Length).OrderBy(length => length.Key)
            .SelectMany(length => length.Chunk(Math.Clamp(BatchTokens / length.Key, 1, BatchSize)))];
        Matrix? vectors = null;
        var parts = new Matrix[windows.Length];
        for (int i = 0; i < batches.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var encoded = _graph.Run([.. batches[i].Select(window => windows[window].Ids)]);
            vectors ??= new Matrix(tokens.Length, encoded.Columns);
            for (int row = 0; row < encoded.Rows; row++) parts[batches[i][row]] = new Matrix(1, encoded.Columns, encoded.Row(row).ToArray());
            report(i + 1, batches.Length);
        }

        // In the order of the windows, so that a sum does not depend on the batches.
        foreach (var (window, (text, ids)) in windows.Index())
            TensorPrimitives.MultiplyAdd(parts[window].Values, ids.Length, vectors!.Row(text), vectors.Row(text));
        for (int text = 0; text < tokens.Length; text++)
        {
            var vector = vectors!.Row(text);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (norm > 0) TensorPrimitives.Divide(vector, norm, vector);
        }

        return new ModelTexts(texts, vectors!, [.. tokens.Select(Unknown)]);
    }

    public void Dispose() => _graph.Dispose();

    /// <summary>Cuts the tokens of a text, which begin with the prefix, into windows with the prefix and the tokens of the ends.</summary>
    private IEnumerable<int[]> Windows(int[] tokens)
    {
        tokens = tokens[..Math.Min(tokens.Length, MaxTokens)];
        if (tokens.Length <= _window) return [_tokenizer.AddEnds(tokens)];
        int[] content = tokens[Math.Min(_prefix.Length, tokens.Length)..];
        int room = _window - _prefix.Length, count = (content.Length + room - 1) / room;
        return Enumerable.Range(0, count).Select(window => _tokenizer.AddEnds(
            [.. _prefix, .. content[(window * content.Length / count)..((window + 1) * content.Length / count)]]));
    }

    private float Unknown(int[] tokens)
    {
        var content = tokens.AsSpan(Math.Min(_prefix.Length, tokens.Length));
        int unread = 0;
        foreach (int token in content)
            if (_tokenizer.IsUnreadable(token)) unread++;
        return unread / Math.Max(content.Length, 1f);
    }

    /// <summary>Runs the graph on the tokenizer's last token: what does not go together fails now, before anything else is computed.</summary>
    private void Check()
    {
        try
        {
            _graph.Run([_tokenizer.AddEnds([_tokenizer.Size - 1])]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException(
                $"its graph cannot take the last of its tokenizer's {_tokenizer.Size} tokens; the two may belong to different models ({exception.Message})",
                exception);
        }
    }
}
