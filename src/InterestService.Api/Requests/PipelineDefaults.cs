using System.ComponentModel.DataAnnotations;
using System.Globalization;
using InterestService.Pipeline.Meaning;

namespace InterestService.Api.Requests;

/// <summary>Settings that apply where a request sets no value, in section <c>InterestService</c>.</summary>
internal sealed class PipelineDefaults
{
    private const string Auto = "auto";

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>; a request overrides it. Default <c>auto</c>.</summary>
    [AllowedValues("auto", "cpu", "cuda", ErrorMessage = "InterestService__Device must be auto, cpu or cuda.")]
    public string Device { get; set; } = "auto";

    /// <summary>Threads of a clustering, and of an export of interests. Default 0: the number of processors. Results repeat for the same number.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>The number of threads that <see cref="Threads"/> means, 1 or more.</summary>
    public int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>
    /// How many users, chosen by a hash of their ids, train a clustering; the model assigns the others. A request overrides it. Default 2,000,000; 0: all.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int TrainingUsers { get; set; } = 2_000_000;

    /// <summary>How many of these others a worker assigns at a time. Default 50,000, which take about 100 MB while they are assigned.</summary>
    [Range(1, 10_000_000)]
    public int ShardUsers { get; set; } = 50_000;

    /// <summary>
    /// Number of clusters; a request overrides it. Default: none, the number is chosen from the users, and 10 where they have no separate groups.
    /// </summary>
    [Range(1, 10_000)]
    public int? DefaultClusters { get; set; }

    /// <summary>
    /// Weights of event types in addition to the built-in ones; a view has weight 1; below 0: against the item; types with weight 0 are excluded.
    /// </summary>
    public Dictionary<string, float> EventWeights { get; set; } = [];

    /// <summary>
    /// Event types that take others back, in addition to the built-in ones, each with the types that it takes back, separated by commas; with
    /// none it takes nothing back.
    /// </summary>
    public Dictionary<string, string> UndoTypes { get; set; } = [];

    /// <summary>
    /// Scales of ratings, by type or <c>SOURCE/TYPE</c>: <c>1..5</c>, or <c>auto</c>, found from the ratings. Types named here are ratings in
    /// addition to the built-in ones.
    /// </summary>
    public Dictionary<string, string> RatingScales { get; set; } = [];

    /// <summary>Factors of the weights of events by source; default 1; sources with 0 or below are excluded.</summary>
    [Weights]
    public NamedWeights SourceWeights { get; set; } = [];

    /// <summary>Factor of the weights of events that followed from a recommendation. Default 1; with 0 clusterings exclude them.</summary>
    [Range(0.0, 1_000_000)]
    public float FeedbackWeight { get; set; } = 1;

    /// <summary>Returns what events mean: the built-in meanings, overridden by these settings.</summary>
    public EventMeanings ToMeanings()
    {
        var weights = new Dictionary<string, float>(EventMeanings.DefaultWeights, EventTypeNames.Comparer);
        foreach (var (type, weight) in EventWeights) weights[type] = weight;
        var undos = new Dictionary<string, IReadOnlyList<string>>(EventMeanings.DefaultUndoTypes, EventTypeNames.Comparer);
        foreach (var (type, acts) in UndoTypes) undos[type] = acts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new EventMeanings
        {
            Weights = weights,
            SourceWeights = SourceWeights,
            FeedbackWeight = FeedbackWeight,
            UndoTypes = undos,
            RatingTypes = [.. EventMeanings.DefaultRatingTypes, .. RatingScales.Keys.Select(name => name[(name.LastIndexOf('/') + 1)..])],
            RatingScales = RatingScales.Where(scale => scale.Value != Auto).ToDictionary(scale => scale.Key, scale => ParseScale(scale.Value)!.Value),
        };
    }

    /// <summary>Returns errors that annotations cannot express.</summary>
    public IEnumerable<string> Validate() =>
    [
        .. EventWeights.Where(weight => !float.IsFinite(weight.Value)).Select(weight =>
            $"InterestService:EventWeights:{weight.Key}: expected a finite number, found {weight.Value}."),
        .. RatingScales.Where(scale => scale.Value != Auto && ParseScale(scale.Value) is null).Select(scale =>
            $"InterestService:RatingScales:{scale.Key}: expected the worst and the best value, such as 1..5, or auto, found '{scale.Value}'."),
    ];

    private static RatingScale? ParseScale(string text) =>
        text.Split("..") is [var low, var high]
            && double.TryParse(low, CultureInfo.InvariantCulture, out double worst) && double.TryParse(high, CultureInfo.InvariantCulture, out double best)
            && double.IsFinite(best - worst) && worst < best
            ? new RatingScale(worst, best)
            : null;
}
