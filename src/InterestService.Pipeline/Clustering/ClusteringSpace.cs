using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Clustering;

/// <summary>
/// The space in which users are clustered: the leading principal directions of the encoder's vectors, as many as the clusters need. The
/// direction of k clusters lies in k - 1 dimensions (Ding and He, "K-means clustering via principal component analysis", ICML 2004); further
/// ones hold what distinguishes single users, by which K-means then joins and splits groups at random. Vectors of which a few directions hold most
/// of the extent are whitened in part (Su et al., "Whitening Sentence Representations for Better Semantics and Faster Retrieval", 2021). Immutable.
/// </summary>
/// <param name="Mean">Mean of the encoder's vectors, <c>[encoder's dimensions]</c>; empty where the vectors are not changed.</param>
/// <param name="Components">Directions, <c>[dimensions][encoder's dimensions]</c>; of unit length unless whitened.</param>
public sealed record ClusteringSpace(float[] Mean, float[][] Components)
{
    /// <summary>Dimensions for each cluster. A few more than clusters cost nothing; twice as many cost stability on sparse purchases.</summary>
    private const double PerCluster = 1.25;

    /// <summary>The same where whitening raises the later directions.</summary>
    private const double PerClusterWhitened = 2;

    /// <summary>Minimum number of dimensions: few clusters are coarse, and finer interests should remain comparable.</summary>
    private const int Minimum = 16;

    /// <summary>Number of dimensions where the number of clusters is to be chosen.</summary>
    private const int Undecided = 32;

    // A shorter vector has no direction: its user is the mean user, up to rounding.
    private const float MinLength = 1e-4f;

    /// <summary>The encoder's own space.</summary>
    public static ClusteringSpace Whole { get; } = new([], []);

    private bool IsWhole => Components.Length == 0;

    /// <summary>Finds the leading directions; the whole space where it has no more dimensions than the clusters need.</summary>
    /// <param name="vectors">Rows of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="clusters">Number of clusters; null when it is to be chosen.</param>
    /// <param name="whitening">0: directions keep their extents, to 1: all extend equally.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static ClusteringSpace Fit(Matrix vectors, int? clusters, double whitening, int threads, CancellationToken cancellation)
    {
        double perCluster = whitening > 0 ? PerClusterWhitened : PerCluster;
        double needed = clusters is { } count ? Math.Max(Minimum, Math.Ceiling(perCluster * count)) : Undecided;
        if (needed >= vectors.Columns && whitening == 0) return Whole;
        float[] mean = UnitRows.Mean(vectors).Values;
        var eigen = LeadingDirections.Moments(vectors, mean, threads, cancellation);
        return new ClusteringSpace(mean, [.. Enumerable.Range(0, (int)Math.Min(needed, vectors.Columns)).Select(Component)]);

        float[] Component(int i)
        {
            // Beyond the rank there is nothing to raise.
            double scale = eigen.Values[i] > 0 ? Math.Pow(eigen.Values[i] / eigen.Values[0], -whitening / 2) : 1;
            return [.. eigen.Vectors[i].Select(value => (float)(value * scale))];
        }
    }

    /// <summary>Projects the encoder's vectors.</summary>
    /// <param name="vectors">Rows of unit length or zero, <c>[users x encoder's dimensions]</c>; not changed.</param>
    /// <param name="threads">Maximum number of threads; the bytes do not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <returns><c>[users x dimensions]</c>, rows of unit length; zero where the encoder's vector is zero.</returns>
    public Matrix Project(Matrix vectors, int threads, CancellationToken cancellation)
    {
        if (IsWhole) return vectors;
        var projected = new Matrix(vectors.Rows, Components.Length);
        new RowChunks(vectors.Rows, threads, cancellation).ForEach((_, first, end) =>
        {
            float[] centred = new float[Mean.Length];
            for (int row = first; row < end; row++)
            {
                if (!vectors.Row(row).ContainsAnyExcept(0)) continue;
                TensorPrimitives.Subtract(vectors.Row(row), Mean, centred);
                var target = projected.Row(row);
                for (int i = 0; i < target.Length; i++) target[i] = RowMath.Dot(centred, Components[i]);
                float length = TensorPrimitives.Norm<float>(target);
                if (length > MinLength)
                {
                    TensorPrimitives.Divide(target, length, target);
                    continue;
                }

                target.Clear();
                target[0] = 1;
            }
        });
        return projected;
    }
}
