using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>Options of <see cref="TaleEncoder"/>.</summary>
public sealed record TaleOptions : EncoderOptions
{
    /// <summary>Ridge penalty of <c>tale</c>: the higher, the less an item with few users predicts. Default 100.</summary>
    [RequestOption(Order = 11)]
    [Range(.01, 1e6)]
    public double Regularization { get; init; } = 100;

    /// <summary>Items of a history after which an earlier one counts half in what <c>tale</c> predicts next. Default 1.4.</summary>
    /// <remarks>A higher value suits behaviour whose order says little.</remarks>
    [RequestOption(Order = 12)]
    [Range(.1, 1e9)]
    public double ItemHalfLife { get; init; } = 1.4;

    /// <summary>Items of a history after which an earlier one counts half in a user's vector by <c>tale</c>. Default 10.</summary>
    /// <remarks>A lower value groups users by what they want next, a higher one by what they are interested in.</remarks>
    [RequestOption(Order = 13)]
    [Range(.1, 1e9)]
    public double VectorHalfLife { get; init; } = 10;
}
