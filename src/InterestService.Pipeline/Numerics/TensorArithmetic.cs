using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Arithmetic whose scalars outlive it. In TorchSharp 0.107.0 the operators <c>+</c> and <c>-</c>, <c>add</c>, <c>add_</c>, <c>addcdiv</c>
/// and <c>addcdiv_</c> create the factor that the caller omits, and any operator or method the scalar of a plain number. Nothing holds
/// such a scalar: a garbage collection during the call frees it while libtorch still reads it, and the call fails, computes with another
/// number or crashes the process.
/// </summary>
internal static class TensorArithmetic
{
    private static readonly Scalar _one = 1;
    private static readonly Scalar _minusOne = -1;

    /// <summary>Computes the sum of two tensors, as the operator does.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, _one);

    /// <summary>Computes the difference of two tensors, as the operator does.</summary>
    public static Tensor Minus(this Tensor left, Tensor right) => left.add(right, _minusOne);

    /// <summary>Adds a tensor to another one in place.</summary>
    public static Tensor Accumulate(this Tensor sum, Tensor term) => sum.add_(term, _one);

    /// <summary>Adds a scalar, which the caller holds, to each element in place.</summary>
    public static Tensor Accumulate(this Tensor sum, Scalar term) => sum.add_(term, _one);
}
