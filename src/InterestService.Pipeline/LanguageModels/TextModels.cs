using System.Text.Json;
using InterestService.Pipeline.Events;
using Microsoft.ML.OnnxRuntime;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>Opens the language models of texts. Thread-safe.</summary>
/// <param name="remote">Opens a model at an address; null: models at addresses cannot be used.</param>
public sealed class TextModels(Func<TextModelSource, ITextModel>? remote = null)
{
    /// <summary>Opens a language model; the caller disposes it.</summary>
    /// <param name="source">Where it is; null for MiniLM.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <exception cref="PipelineException">It cannot be used; the message gives the reason.</exception>
    internal ITextModel Open(TextModelSource? source, int threads)
    {
        source ??= new TextModelSource();
        if (source.IsAddress)
        {
            return remote?.Invoke(source) ?? throw new PipelineException(
                FailureCode.TextModelUnusable, $"The text model is at '{source.Location}', and this process has no access to models at addresses.");
        }

        var folder = new ModelFolder(source.Location);
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
