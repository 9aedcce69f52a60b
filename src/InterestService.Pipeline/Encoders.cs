using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Encoding.Sequences;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Encoding.Topics;

namespace InterestService.Pipeline;

/// <summary>The encoders by the names that requests use.</summary>
public static class Encoders
{
    /// <summary>Trains an encoder; the caller disposes it.</summary>
    public delegate IUserEncoder Fit(EncoderInput input);

    /// <summary>In the order in which they are offered; the first is the default.</summary>
    public static IReadOnlyDictionary<string, Fit> All { get; } = new Dictionary<string, Fit>
    {
        ["autoencoder"] = Autoencoder.Fit,
        ["svd"] = SvdEncoder.Fit,
        ["lda"] = LdaEncoder.Fit,
        ["text"] = TextEncoder.Fit,
        ["cnn"] = Cnn.Fit,
        ["rnn"] = Rnn.Fit,
        ["transformer"] = Transformer.Fit,
    };

    /// <summary>Whether an encoder is a network, which a GPU makes faster.</summary>
    public static bool IsNetwork(string name) => name is not ("svd" or "lda" or "text");

    /// <summary>Reads what <see cref="IUserEncoder.Save"/> wrote; the caller disposes it.</summary>
    public delegate IUserEncoder Load(Stream stream, EncoderShape shape);

    /// <summary>The same encoders, to be read.</summary>
    public static IReadOnlyDictionary<string, Load> Saved { get; } = new Dictionary<string, Load>
    {
        ["autoencoder"] = Autoencoder.Load,
        ["svd"] = SvdEncoder.Load,
        ["lda"] = LdaEncoder.Load,
        ["text"] = TextEncoder.Load,
        ["cnn"] = Cnn.Load,
        ["rnn"] = Rnn.Load,
        ["transformer"] = Transformer.Load,
    };
}
