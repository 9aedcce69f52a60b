using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Encoding;

/// <summary>Shape and training of <see cref="Autoencoder"/>.</summary>
public sealed record AutoencoderOptions
{
    /// <summary>Length of a user vector. Default 64.</summary>
    [Range(2, 1024)]
    public int Dimensions { get; init; } = 64;

    /// <summary>Width of the layer between the items and the user vector. Default 256.</summary>
    [Range(2, 4096)]
    public int HiddenUnits { get; init; } = 256;

    /// <summary>Passes over all users. Default 40; a few dozen, for the data is seen whole in each.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 40;

    /// <summary>Users in one step. Default 128. Larger steps are faster and learn less from each pass.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 128;

    /// <summary>Step size of Adam. Default 0.001.</summary>
    [Range(1e-6, 1)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Part of a user's items hidden from the input, from which the model must guess them. Default 0.5. At 0 it only copies.</summary>
    [Range(0, .95)]
    public double Dropout { get; init; } = .5;

    /// <summary>
    /// Most items that a step's softmax runs over: the step's own items and, up to this number, a uniform sample of the
    /// others that stands for all of them. Default 4096; catalogues no larger are always used whole.
    /// </summary>
    [Range(16, 1_000_000)]
    public int Candidates { get; init; } = 4096;

    /// <summary>Seed of weights, order, dropout and sampling. Default 1.</summary>
    public int Seed { get; init; } = 1;
}
