using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>Options of the encoders that are networks.</summary>
public record NetworkOptions : IterativeEncoderOptions
{
    /// <summary>
    /// Epochs with a recall below the best after which training stops; the sequence encoders go on for at least 100 steps. Default 5.
    /// </summary>
    /// <remarks>A lower value stops earlier.</remarks>
    [RequestOption(Order = 3)]
    [Range(1, 1000)]
    public int Patience { get; init; } = 5;

    /// <summary>Users in one step of training.</summary>
    /// <remarks>Larger steps are faster and learn less from each pass.</remarks>
    [RequestOption(Order = 4)]
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Step size of training.</summary>
    [RequestOption(Order = 5)]
    [Range(1e-6, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Part of the input, or of the activations, hidden while training.</summary>
    /// <remarks>At 0 an encoder learns to copy.</remarks>
    [RequestOption(Order = 6)]
    [Range(0.0, .95)]
    public double? Dropout { get; init; }

    /// <summary>Whether the autoencoder and the sequence encoders know the items' titles and categories too. Default false.</summary>
    /// <remarks>
    /// An item's vector is then its own part and a part that its text gives. Items with few events lean on those with similar texts.
    /// </remarks>
    [RequestOption(Order = 10)]
    public bool TextFeatures { get; init; }

    /// <summary>
    /// Maximum number of items that a step's softmax runs over: the step's own items and, up to this number, a uniform sample of the others
    /// that stands for all of them. Default 4096, at least 16; catalogues no larger are always used whole.
    /// </summary>
    public int Candidates { get; init; } = 4096;

    /// <inheritdoc cref="TextOptions.TextModel"/>
    [JsonConverter(typeof(TextModelSourceConverter))]
    public TextModelSource? TextModel { get; init; }
}
