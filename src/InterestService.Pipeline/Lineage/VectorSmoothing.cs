using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace InterestService.Pipeline.Lineage;

/// <summary>
/// Lets users stay where they were as far as nothing new is known of them. Two trainings of an encoder, on the same events even, give
/// spaces that are turned against each other and in which each user lies a little elsewhere; the first means nothing and the second is
/// mostly the training's chance. So the users' former vectors are turned into the new space (orthogonal Procrustes: Schönemann 1966; of
/// embeddings over time: Hamilton, Leskovec and Jurafsky 2016), and each user's vector is a mean of the two: exponential smoothing over
/// the trainings.
/// </summary>
public static class VectorSmoothing
{
    private const int ChunkRows = 8192;

    /// <summary>Smooths the vectors of the users that were known before; those of others stay.</summary>
    /// <param name="vectors">Rows of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="previous">The same users in another space of so many dimensions.</param>
    /// <param name="carryOver">Weight of the former vector, 0 to 1.</param>
    /// <param name="threads">Max number of threads.</param>
    /// <returns>In the space of the new vectors, rows of unit length; <paramref name="vectors"/> itself when nothing changed.</returns>
    public static Matrix Smooth(Matrix vectors, PreviousUsers previous, double carryOver, int threads)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(previous);
        if (previous.Vectors.Columns != vectors.Columns || vectors.Values.AsSpan().SequenceEqual(previous.Vectors.Values)) return vectors;
        using var scope = new TorchThreads(threads);
        using var noGradient = no_grad();
        using var tensors = NewDisposeScope();
        var turn = Turn(previous.Vectors, vectors);
        var smoothed = new Matrix(vectors.Rows, vectors.Columns);
        foreach (var (first, rows) in Chunks(vectors.Rows))
        {
            using var chunk = NewDisposeScope();
            float[] turned = [.. Rows(previous.Vectors, first, rows).mm(turn).data<float>()]; // [rows x dimensions]
            for (int row = 0; row < rows; row++)
            {
                var target = smoothed.Row(first + row);
                if (previous.Clusters[first + row] < 0)
                {
                    vectors.Row(first + row).CopyTo(target);
                    continue;
                }

                TensorPrimitives.Multiply(turned.AsSpan(row * vectors.Columns, vectors.Columns), (float)carryOver, target);
                TensorPrimitives.MultiplyAdd(vectors.Row(first + row), (float)(1 - carryOver), target, target);
                float length = TensorPrimitives.Norm<float>(target);
                // Opposites that cancel each other out have no mean direction: the new one stands.
                if (length > 1e-6f) TensorPrimitives.Divide(target, length, target);
                else vectors.Row(first + row).CopyTo(target);
            }
        }

        return smoothed;
    }

    /// <summary>The rotation or reflection that brings rows closest to others: U V^T of the singular value decomposition A^T B.</summary>
    private static Tensor Turn(Matrix from, Matrix to)
    {
        var cross = zeros(from.Columns, from.Columns, dtype: float64);
        foreach (var (first, rows) in Chunks(from.Rows))
        {
            using var chunk = NewDisposeScope();
            cross.add_(Rows(from, first, rows).t().mm(Rows(to, first, rows)).to(float64)); // users unknown before are rows of 0
        }

        var (u, _, vh) = linalg.svd(cross);
        return u.mm(vh).to(float32); // [dimensions x dimensions]
    }

    private static Tensor Rows(Matrix matrix, int first, int rows) =>
        tensor(matrix.Values.AsSpan(first * matrix.Columns, rows * matrix.Columns).ToArray(), [rows, matrix.Columns]);

    private static IEnumerable<(int First, int Rows)> Chunks(int rows)
    {
        for (int first = 0; first < rows; first += ChunkRows) yield return (first, Math.Min(ChunkRows, rows - first));
    }
}

/// <summary>Where an earlier clustering of the same kind has the users of this one, in the order of this one's users.</summary>
/// <param name="Vectors">
/// In that clustering's own space, <c>[users x dimensions]</c>; rows of unit length, or 0 where it does not know the user.
/// </param>
/// <param name="Clusters">Number of the cluster, from 0; -1 where it does not know the user; <c>[users]</c>.</param>
public sealed record PreviousUsers(Matrix Vectors, int[] Clusters);
