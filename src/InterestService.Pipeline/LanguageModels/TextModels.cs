using System.Text.Json;
using InterestService.Pipeline.Events;
using Microsoft.ML.OnnxRuntime;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>
/// Opens the language models of texts and keeps vectors of texts that were encoded, so that the next clustering does not compute them again.
/// Thread-safe.
/// </summary>
/// <param name="cacheMegabytes">Maximum memory for kept vectors, about 600 texts a megabyte with MiniLM. Default 64; 0: none are kept.</param>
/// <param name="remote">Opens a model at an address; null: models at addresses cannot be used.</param>
public sealed class TextModels(int cacheMegabytes = 64, Func<TextModelSource, ITextModel>? remote = null)
{
    private readonly VectorCache _cache = new(cacheMegabytes * (1L << 20));

    /// <summary>Opens a language model; the caller disposes it.</summary>
    /// <param name="source">Where it is; null for MiniLM.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <exception cref="PipelineException">It cannot be used; the message gives the reason.</exception>
    internal ITextModel Open(TextModelSource? source, int threads)
    {
        source ??= new TextModelSource();
        if (source.IsAddress)
        {
            var model = remote?.Invoke(source) ?? throw new PipelineException(
                FailureCode.TextModelUnusable, $"The text model is at '{source.Location}', and this process has no access to models at addresses.");
            return new CachedTextModel(JsonSerializer.Serialize(source), () => model, _cache);
        }

        var folder = new ModelFolder(source.Location);
        // Products of matrices on another number of threads may differ in their last bits.
        return new CachedTextModel($"{JsonSerializer.Serialize(source)}|{folder.Version()}|{threads}", () => Open(folder, source, threads), _cache);
    }

    private static OnnxTextModel Open(ModelFolder folder, TextModelSource source, int threads)
    {
        try
        {
            return OnnxTextModel.Open(folder, source, threads);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or JsonException or IOException or UnauthorizedAccessException
            or InvalidDataException or FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            throw new PipelineException(FailureCode.TextModelUnusable, $"The text model in {folder.Name} cannot be used: {exception.Message}");
        }
    }
}
