using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using InterestService.Pipeline;

namespace InterestService.Api.Clusterings;

/// <summary>Settings of the stages; what is left out takes the pipeline's default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusteringParameters
{
    /// <summary>Length of a user vector. Default 64.</summary>
    [Range(2, 1024)]
    public int? Dimensions { get; init; }

    /// <summary>Passes of the encoder's training over all users.</summary>
    [Range(1, 10_000)]
    public int? Epochs { get; init; }

    /// <summary>Users in one step of training.</summary>
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Step size of training.</summary>
    [Range(1e-6, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Part of a user's items hidden from the input while training.</summary>
    [Range(0.0, .95)]
    public double? Dropout { get; init; }

    /// <summary>An event this many days old counts half. Default 180.</summary>
    [Range(.01, 100_000)]
    public double? HalfLifeDays { get; init; }

    /// <summary>The same act again within this many seconds counts once. Default 30; 0 keeps all.</summary>
    [Range(0.0, 86_400)]
    public double? RepeatWindowSeconds { get; init; }

    /// <summary>Items with fewer different users are left out. Default 2.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumItemUsers { get; init; }

    /// <summary>Users with fewer different items are left out. Default 1.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumUserItems { get; init; }

    internal PipelineOptions ApplyTo(PipelineOptions options) => options with
    {
        Cleaning = options.Cleaning with
        {
            RepeatWindow = RepeatWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Cleaning.RepeatWindow,
            MinimumItemUsers = MinimumItemUsers ?? options.Cleaning.MinimumItemUsers,
            MinimumUserItems = MinimumUserItems ?? options.Cleaning.MinimumUserItems,
        },
        Weighting = options.Weighting with { HalfLifeDays = HalfLifeDays ?? options.Weighting.HalfLifeDays },
        Autoencoder = options.Autoencoder with
        {
            Dimensions = Dimensions ?? options.Autoencoder.Dimensions,
            Epochs = Epochs ?? options.Autoencoder.Epochs,
            BatchSize = BatchSize ?? options.Autoencoder.BatchSize,
            LearningRate = LearningRate ?? options.Autoencoder.LearningRate,
            Dropout = Dropout ?? options.Autoencoder.Dropout,
        },
    };
}
