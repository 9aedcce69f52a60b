using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Cleaning;

namespace InterestService.Api.Requests;

/// <summary>Settings that apply where a request sets no value, in section <c>InterestService</c>.</summary>
internal sealed class PipelineDefaults
{
    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>; a request overrides it. Default <c>auto</c>.</summary>
    [AllowedValues("auto", "cpu", "cuda", ErrorMessage = "InterestService__Device must be auto, cpu or cuda.")]
    public string Device { get; set; } = "auto";

    /// <summary>Threads of a clustering. Default 0: the number of processors. Results repeat for the same number.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Number of clusters; a request overrides it. Default 10.</summary>
    [Range(1, 10_000)]
    public int DefaultClusters { get; set; } = 10;

    /// <summary>Weights of event types in addition to the built-in ones; a view has weight 1, and types with weight 0 or below are excluded.</summary>
    public Dictionary<string, float> EventWeights { get; set; } = [];

    /// <summary>Factors of the weights of events by source; default 1; sources with 0 or below are excluded.</summary>
    [Weights]
    public NamedWeights SourceWeights { get; set; } = [];

    /// <summary>Factor of the weights of events that followed from a recommendation. Default 1; with 0 clusterings exclude them.</summary>
    [Range(0.0, 1_000_000)]
    public float FeedbackWeight { get; set; } = 1;

    /// <summary>Returns the built-in weights, overridden by <see cref="EventWeights"/>, by type, case-insensitive.</summary>
    public IReadOnlyDictionary<string, float> TypeWeights()
    {
        var weights = new Dictionary<string, float>(CleaningOptions.DefaultTypeWeights, StringComparer.OrdinalIgnoreCase);
        foreach (var (type, weight) in EventWeights) weights[type] = weight;
        return weights;
    }

    /// <summary>Returns errors that annotations cannot express.</summary>
    public IEnumerable<string> Validate() => EventWeights.Where(weight => !float.IsFinite(weight.Value)).Select(weight =>
        $"InterestService:EventWeights:{weight.Key}: expected a finite number, found {weight.Value}.");
}
