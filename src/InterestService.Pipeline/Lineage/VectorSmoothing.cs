using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace InterestService.Pipeline.Lineage;

/// <summary>
/// Exponential smoothing of user vectors over trainings. Two trainings of an encoder, even on the same events, give spaces that are rotated
/// against each other and vectors that differ by chance. The previous vectors are therefore rotated into the new space (orthogonal
/// Procrustes: Schönemann 1966; for embeddings over time: Hamilton, Leskovec and Jurafsky 2016), and each vector becomes a weighted mean of
/// both.
/// </summary>
public static class VectorSmoothing
{
    private const int ChunkRows = 8192;

    /// <summary>Smooths the vectors of the users that have previous ones; the others are not changed.</summary>
    /// <param name="vectors">Rows of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="previous">The same users in the space of a previous clustering.</param>
    /// <param name="carryOver">Weight of the previous vector, 0 to 1.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <returns>In the space of the new vectors, rows of unit length; <paramref name="vectors"/> itself if nothing changed.</returns>
    public static Matrix Smooth(Matrix vectors, PreviousUsers previous, double carryOver, int threads)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(previous);
        if (previous.Vectors.Columns != vectors.Columns || vectors.Values.AsSpan().SequenceEqual(previous.Vectors.Values)) return vectors;
        using var scope = new TorchThreads(threads);
        using var noGradient = no_grad();
        using var tensors = NewDisposeScope();
        var rotation = Rotation(previous.Vectors, vectors);
        var smoothed = new Matrix(vectors.Rows, vectors.Columns);
        foreach (var (first, rows) in Chunks(vectors.Rows))
        {
            using var chunk = NewDisposeScope();
            float[] rotated = [.. Rows(previous.Vectors, first, rows).mm(rotation).data<float>()]; // [rows x dimensions]
            for (int row = 0; row < rows; row++)
            {
                var target = smoothed.Row(first + row);
                if (previous.Clusters[first + row] < 0)
                {
                    vectors.Row(first + row).CopyTo(target);
                    continue;
                }

                TensorPrimitives.Multiply(rotated.AsSpan(row * vectors.Columns, vectors.Columns), (float)carryOver, target);
                TensorPrimitives.MultiplyAdd(vectors.Row(first + row), (float)(1 - carryOver), target, target);
                float length = TensorPrimitives.Norm<float>(target);
                // Opposite vectors have no mean direction: the new one is kept.
                if (length > 1e-6f) TensorPrimitives.Divide(target, length, target);
                else vectors.Row(first + row).CopyTo(target);
            }
        }

        return smoothed;
    }

    /// <summary>
    /// Computes the rotation or reflection that minimises the distance of the rows: U V^T of the singular value decomposition of A^T B.
    /// </summary>
    private static Tensor Rotation(Matrix from, Matrix to)
    {
        var cross = zeros(from.Columns, from.Columns, dtype: float64);
        foreach (var (first, rows) in Chunks(from.Rows))
        {
            using var chunk = NewDisposeScope();
            cross.Accumulate(Rows(from, first, rows).t().mm(Rows(to, first, rows)).to(float64)); // users without previous vectors are rows of 0
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

/// <summary>Vectors and clusters in a previous clustering of the same kind, in the order of the users of the current one.</summary>
/// <param name="Vectors">
/// Vectors in the space of that clustering, <c>[users x dimensions]</c>; rows of unit length, or 0 for users that it does not contain.
/// </param>
/// <param name="Clusters">Number of the cluster, from 0; -1 for users that it does not contain; <c>[users]</c>.</param>
public sealed record PreviousUsers(Matrix Vectors, int[] Clusters)
{
    /// <summary>
    /// Returns the same with one vector and cluster for all users with the same current history: those of the first that has any.
    /// </summary>
    public PreviousUsers Unify(DistinctHistories histories)
    {
        int[] sources = histories.FirstWith(user => Clusters[user] >= 0);
        return new PreviousUsers(Vectors.SelectRows(sources), [.. sources.Select(user => Clusters[user])]);
    }
}
