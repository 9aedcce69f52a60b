using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>Draws initial weights from a generator of the encoder: that of libtorch is one for the whole process.</summary>
internal static class InitialWeights
{
    /// <summary>Draws from a normal distribution with the standard deviation of Glorot and Bengio (2010).</summary>
    /// <param name="weight"><c>[outputs x inputs]</c>.</param>
    public static void Glorot(Tensor weight, Random random) => Normal(weight, Math.Sqrt(2.0 / (weight.shape[0] + weight.shape[1])), random);

    /// <summary>Draws from a normal distribution around 0.</summary>
    public static void Normal(Tensor weight, double deviation, Random random)
    {
        float[] values = new float[weight.numel()];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(deviation * random.NextNormal());
        using var _ = no_grad();
        using var drawn = tensor(values);
        using var shaped = drawn.reshape(weight.shape);
        weight.copy_(shaped);
    }
}
