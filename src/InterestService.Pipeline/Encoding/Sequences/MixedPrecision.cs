using InterestService.Pipeline.Numerics.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Mixed precision (Micikevicius et al., ICLR 2018): the products of layers are computed in bfloat16; weights, norms, the sums between layers and
/// the softmax stay float32, and bfloat16 has float32's range, so that no loss has to be scaled.
/// </summary>
internal static class MixedPrecision
{
    /// <summary>Returns whether an encoder uses it where its options leave that open: on a GPU that computes in bfloat16, never on a CPU.</summary>
    public static bool IsDefault(string device) => device == "cuda" && CudaDriver.HasBfloat16;

    /// <summary>Computes the product of a layer.</summary>
    /// <returns>Of type bfloat16 if mixed, else float32.</returns>
    public static Tensor Map(Linear layer, Tensor input, bool mixed) => mixed
        ? nn.functional.linear(input.to(bfloat16), layer.weight!.to(bfloat16), layer.bias!.to(bfloat16))
        : layer.call(input);
}
