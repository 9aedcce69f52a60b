using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Arithmetic whose scalars outlive it. The operators <c>+</c> and <c>-</c> create a scalar (the factor of the second term) that nothing
/// holds: a garbage collection during the call frees it while libtorch still reads it, and the call fails or adds a wrong multiple.
/// </summary>
internal static class TensorArithmetic
{
    private static readonly Scalar _one = 1;
    private static readonly Scalar _minusOne = -1;

    /// <summary>Computes the sum of two tensors, as the operator does.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, _one);

    /// <summary>Computes the difference of two tensors, as the operator does.</summary>
    public static Tensor Minus(this Tensor left, Tensor right) => left.add(right, _minusOne);
}
