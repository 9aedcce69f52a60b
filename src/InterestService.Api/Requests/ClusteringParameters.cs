using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using InterestService.Pipeline;
using InterestService.Pipeline.Options;

namespace InterestService.Api.Requests;

/// <summary>Settings of the stages; what is left out takes the pipeline's default.</summary>
/// <remarks>No worker runs a stored request of which it knows only a part, so that unknown fields are refused there too.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusteringParameters
{
    /// <summary>What is set of the registered encoders' and algorithms' options; <see cref="RegisteredOptions"/> makes them fields.</summary>
    internal OptionValues Options { get; set; } = OptionValues.None;

    /// <summary>An event this many days old counts half. Default 180.</summary>
    [Range(.01, 100_000)]
    public double? HalfLifeDays { get; init; }

    /// <summary>The same act again within this many seconds counts once. Default 30; 0 keeps all.</summary>
    [Range(0.0, 86_400)]
    public double? RepeatWindowSeconds { get; init; }

    /// <summary>Items with fewer different users are left out. Default 2; 1 for the encoder text, which knows items by their texts.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumItemUsers { get; init; }

    /// <summary>Users with fewer different items are left out. Default 1.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumUserItems { get; init; }

    /// <summary>
    /// How many users train the encoder and found the clusters, chosen by a hash of their ids: of more users the model assigns the others, in parts that
    /// all workers share. Default: the configuration's, 2,000,000 unless changed; 0: all.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int? TrainingUsers { get; init; }

    /// <summary>
    /// How much of a user's vector comes from the published clustering, when that was made by the same request but for its seed: users
    /// stay where they were unless something changed. Default .75; 0: the clustering stands alone.
    /// </summary>
    [Range(0.0, .99)]
    public double? CarryOver { get; init; }

    /// <summary>Weights of event types over the configured ones, a view being 1; below 0: against the item; 0: left out.</summary>
    [Weights]
    public NamedWeights? TypeWeights { get; init; }

    /// <summary>Weights of the events of each source over the configured ones, times that of the type; 0 and below: left out.</summary>
    [Weights]
    public NamedWeights? SourceWeights { get; init; }

    /// <summary>
    /// Weight of events that followed from a recommendation, times the others. Default: the configuration's, 1 unless changed; 0: left out.
    /// </summary>
    [Range(0.0, 1_000_000)]
    public float? FeedbackWeight { get; init; }

    internal PipelineOptions ApplyTo(PipelineOptions options) => options with
    {
        CarryOver = CarryOver ?? options.CarryOver,
        Cleaning = options.Cleaning with
        {
            RepeatWindow = RepeatWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Cleaning.RepeatWindow,
            Meanings = options.Cleaning.Meanings with
            {
                Weights = TypeWeights?.Over(options.Cleaning.Meanings.Weights) ?? options.Cleaning.Meanings.Weights,
                SourceWeights = SourceWeights?.Over(options.Cleaning.Meanings.SourceWeights) ?? options.Cleaning.Meanings.SourceWeights,
                FeedbackWeight = FeedbackWeight ?? options.Cleaning.Meanings.FeedbackWeight,
            },
            MinimumItemUsers = MinimumItemUsers ?? options.Cleaning.MinimumItemUsers,
            MinimumUserItems = MinimumUserItems ?? options.Cleaning.MinimumUserItems,
        },
        Weighting = options.Weighting with { HalfLifeDays = HalfLifeDays ?? options.Weighting.HalfLifeDays },
        Parameters = Options,
    };
}
