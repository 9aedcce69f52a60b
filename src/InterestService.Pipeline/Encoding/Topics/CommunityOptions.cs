using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>Options of <see cref="CommunityEncoder"/>.</summary>
public sealed record CommunityOptions : EncoderOptions
{
    /// <summary>Resolution of the item communities of <c>communities</c>; more is finer. Default: what predicts held-out users best.</summary>
    /// <remarks>See <see cref="CommunityChoice"/>.</remarks>
    [RequestOption]
    [Range(.01, 1000.0)]
    public double? Resolution { get; init; }

    /// <summary>Nearest neighbours of an item that <c>communities</c> connects it with. Default 20.</summary>
    [RequestOption]
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 20;

    /// <summary>Later items of a user after which an item counts half, of <c>communities</c>. Default: what predicts held-out users best.</summary>
    /// <remarks>See <see cref="CommunityChoice"/>. Where the order carries little, it is infinite: all items count alike.</remarks>
    [RequestOption]
    [Range(.1, 1e9)]
    public double? ItemHalfLife { get; init; }
}
