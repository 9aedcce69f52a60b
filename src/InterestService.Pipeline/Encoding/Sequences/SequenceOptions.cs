using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>Options of the sequence encoders.</summary>
public record SequenceOptions : NetworkOptions
{
    /// <summary>Items of a user, the latest that the user came to, that the sequence encoders see. Default 100.</summary>
    [RequestOption(Order = 7)]
    [Range(2, 10_000)]
    public int SequenceLength { get; init; } = 100;

    /// <summary>Layers of the sequence encoders. Default 2, of <c>rnn</c> 1.</summary>
    /// <remarks>A recurrent encoder of one layer learns faster and ranks no worse.</remarks>
    [RequestOption(Order = 8)]
    [Range(1, 48)]
    public int? Layers { get; init; }

    /// <summary>
    /// Whether the sequence encoders, when they encode and score, read all events of a user. Default false: they read the first
    /// with each item, that is the items in the order in which the user came to them. What they rank is the next new item; known
    /// ones that occurred since carry little information about it and fill the sequence. They learn from all events in any case.
    /// </summary>
    public bool Repeats { get; init; }

    /// <summary>
    /// Whether the layers of <c>transformer</c> and <c>cnn</c> compute their products in bfloat16, with float32 weights. Default null: on a GPU that
    /// has them in hardware. <c>rnn</c> computes in the precision of cuDNN's float32.
    /// </summary>
    public bool? MixedPrecision { get; init; }
}
