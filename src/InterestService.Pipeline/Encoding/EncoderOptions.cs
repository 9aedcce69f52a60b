using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Options of every encoder. An encoder with further ones derives its own record; a value that is null takes the encoder's own default,
/// which the encoder's summary states.
/// </summary>
public record EncoderOptions
{
    /// <summary>Length of a user vector, of <c>ensemble</c> of each member's. Default 64.</summary>
    [RequestOption(Order = 1)]
    [Range(2, 1024)]
    public int Dimensions { get; init; } = 64;
}

/// <summary>Options of an encoder that passes over the training data several times.</summary>
public record IterativeEncoderOptions : EncoderOptions
{
    /// <summary>Maximum number of passes of the training; it ends earlier when the held-out recall stops rising.</summary>
    [RequestOption(Order = 2)]
    [Range(1, 10_000)]
    public int? Epochs { get; init; }
}
