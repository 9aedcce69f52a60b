using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline;

/// <summary>What a run of <see cref="InterestPipeline"/> is asked to do.</summary>
public sealed record PipelineOptions
{
    /// <summary>One of <see cref="Encoders.All"/>. Default <c>autoencoder</c>.</summary>
    public string Encoder { get; init; } = Encoders.All[0].Name;

    /// <summary>One of <see cref="Algorithms.All"/>. Default <c>kmeans</c>.</summary>
    public string Algorithm { get; init; } = Algorithms.All[0].Name;

    /// <summary>Number of clusters; null: chosen by <see cref="ClusterCountSelection"/>. The density algorithms find it themselves.</summary>
    public required int? Clusters { get; init; }

    /// <summary>
    /// Weight of a user's vector of <see cref="PipelineSources.Previous"/> in the new one, 0 to below 1. Default .75: what a training
    /// says by chance counts a quarter, and what it says again and again counts fully after a few. At 0 every clustering stands alone.
    /// </summary>
    public double CarryOver { get; init; } = .75;

    /// <summary>Seed for all random draws. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Max number of threads. Default: the number of processors. Results repeat for the same number.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    public CleaningOptions Cleaning { get; init; } = new();

    public WeightingOptions Weighting { get; init; } = new();

    /// <summary>Options of encoders and algorithms, by name; each takes those that it has. Default: none is set.</summary>
    public OptionValues Parameters { get; init; } = OptionValues.None;
}
