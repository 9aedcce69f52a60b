using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>
/// The graph of a sentence encoder in ONNX Runtime: tokens in, vectors out. Inputs are filled by their names, a cache of earlier positions, as
/// exports of decoders have it, with nothing. The output is <c>last_hidden_state</c>, whose tokens are pooled; where there is no such output, or
/// the folder chooses no pooling, <c>sentence_embedding</c>; otherwise the first one.
/// </summary>
internal sealed class OnnxGraph : IDisposable
{
    private const string Tokens = "last_hidden_state", Sentence = "sentence_embedding", Past = "past_key_values";

    private readonly InferenceSession _session;
    private readonly TokenPooling _pooling;
    private readonly string _output;

    /// <param name="folder">The folder of the graph.</param>
    /// <param name="pooling">How tokens are pooled; null: the graph's own sentence vectors or, without them, the mean.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <exception cref="Events.PipelineException">There is no graph.</exception>
    /// <exception cref="OnnxRuntimeException">The file is no graph.</exception>
    public OnnxGraph(ModelFolder folder, TokenPooling? pooling, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL }; // what fails is thrown
        _session = folder.OpenGraph(options);
        _pooling = pooling ?? TokenPooling.Mean;
        string[] preferred = pooling is null ? [Sentence, Tokens] : [Tokens, Sentence];
        _output = preferred.FirstOrDefault(_session.OutputNames.Contains) ?? _session.OutputNames[0];
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Computes the vectors of sequences of tokens, rows of unit length.</summary>
    /// <param name="batch">Sequences of the same length.</param>
    /// <exception cref="InvalidDataException">The graph has an input or an output that a sentence encoder does not have.</exception>
    /// <exception cref="OnnxRuntimeException">The graph cannot take the tokens.</exception>
    public Matrix Run(int[][] batch)
    {
        int length = batch[0].Length;
        var inputs = _session.InputMetadata.ToDictionary(input => input.Key, input => Input(input.Key, input.Value, batch, length));
        try
        {
            using var run = new RunOptions();
            using var outputs = _session.Run(run, inputs, [_output]);
            var shape = outputs[0].GetTensorTypeAndShape();
            float[] states = Floats(outputs[0], shape.ElementDataType);
            bool pooled = shape.Shape.Length == 2;
            if ((!pooled && shape.Shape.Length != 3) || shape.Shape[0] != batch.Length || (!pooled && shape.Shape[1] != length))
            {
                throw new InvalidDataException(
                    $"its output '{_output}' has the shape [{string.Join(", ", shape.Shape)}]; expected [texts, tokens, width] or [texts, width]");
            }

            return UnitVectors(states, batch.Length, (int)shape.Shape[^1]);
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    private Matrix UnitVectors(float[] states, int texts, int width)
    {
        var vectors = new Matrix(texts, width);
        int stride = states.Length / texts;
        for (int text = 0; text < texts; text++)
        {
            var vector = vectors.Row(text);
            _pooling.Pool(states.AsSpan(text * stride, stride), vector);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (!float.IsFinite(norm)) throw new InvalidDataException($"its output '{_output}' holds numbers that are not finite");
            if (norm > 0) TensorPrimitives.Divide(vector, norm, vector);
        }

        return vectors;
    }

    private static OrtValue Input(string name, NodeMetadata metadata, int[][] batch, int length)
    {
        if (name.StartsWith(Past, StringComparison.Ordinal))
        {
            // [texts x heads x earlier positions x width]
            long[] none = [batch.Length, metadata.Dimensions[1], 0, metadata.Dimensions[3]];
            return OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, metadata.ElementDataType, none);
        }

        long[] values = new long[batch.Length * length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = name switch
            {
                "input_ids" => batch[i / length][i % length],
                "attention_mask" => 1, // all are as long as each other: nothing is padded
                "token_type_ids" => 0,
                "position_ids" => i % length,
                _ => throw new InvalidDataException(
                    $"its graph asks for '{name}'; known inputs are input_ids, attention_mask, token_type_ids, position_ids and {Past}"),
            };
        }

        long[] shape = [batch.Length, length];
        return metadata.ElementDataType switch
        {
            TensorElementType.Int64 => OrtValue.CreateTensorValueFromMemory(values, shape),
            TensorElementType.Int32 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (int)value), shape),
            var type => throw new InvalidDataException($"its input '{name}' is of the type {type}; expected Int64 or Int32"),
        };
    }

    private float[] Floats(OrtValue output, TensorElementType type) => type switch
    {
        TensorElementType.Float => output.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
        _ => throw new InvalidDataException($"its output '{_output}' is of the type {type}; expected Float or Float16"),
    };
}
