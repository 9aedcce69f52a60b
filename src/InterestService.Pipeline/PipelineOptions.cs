using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline;

/// <summary>Options of a run of <see cref="InterestPipeline"/>.</summary>
public sealed record PipelineOptions
{
    /// <summary>One of <see cref="Encoders.All"/>. Default <c>communities</c>.</summary>
    public string Encoder { get; init; } = Encoders.All[0].Name;

    /// <summary>One of <see cref="Algorithms.All"/>. Default <c>kmeans</c>.</summary>
    public string Algorithm { get; init; } = Algorithms.All[0].Name;

    /// <summary>Number of clusters; null: chosen by <see cref="ClusterCountSelection"/>. The density algorithms find it themselves.</summary>
    public required int? Clusters { get; init; }

    /// <summary>
    /// Whether nobody asked for a number in particular: users with fewer different vectors than <see cref="Clusters"/> get fewer clusters, and
    /// without a number, users who have no separate groups are divided into <see cref="ClusterCountSelection.WithoutGroups"/> clusters. Default
    /// false: the run fails, and the users are one cluster.
    /// </summary>
    public bool FewerClusters { get; init; }

    /// <summary>
    /// Weight of a user's vector of <see cref="ReferenceData.Previous"/> in the new one, 0 to below 1. Default .75: the random part of one
    /// training counts a quarter, and a lasting change counts fully after a few. At 0 clusterings are independent of each other.
    /// </summary>
    public double CarryOver { get; init; } = .75;

    /// <summary>Whether the users are a sample, whom others follow. Default false.</summary>
    public bool IsSample { get; init; }

    /// <summary>Seed for all random draws. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Maximum number of threads. Default: the number of processors. Results repeat for the same number.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    public CleaningOptions Cleaning { get; init; } = new();

    public WeightingOptions Weighting { get; init; } = new();

    /// <summary>Opens the language models of texts. The default opens those in folders.</summary>
    public TextModels TextModels { get; init; } = new();

    /// <summary>Options of encoders and algorithms, by name; each takes those that it has. Default: none is set.</summary>
    public OptionValues Parameters { get; init; } = OptionValues.None;
}
