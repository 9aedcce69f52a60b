using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The spanning tree of the mutual reachability within a cluster, as <see cref="Dbcv"/> uses it.</summary>
/// <param name="Rows">The cluster's points.</param>
/// <param name="Inner">The inner nodes among them, or all if there are none.</param>
/// <param name="SquaredCores">Squared core distance of each inner node.</param>
/// <param name="Sparseness">The longest inner edge, or the longest of all if there is none.</param>
internal sealed record DensityTree(int[] Rows, int[] Inner, float[] SquaredCores, float Sparseness)
{
    /// <summary>Computes the tree of a cluster.</summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="rows">The points of the cluster, two or more.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static DensityTree Create(Matrix points, int[] rows, int threads, CancellationToken cancellation)
    {
        Matrix cluster = points.SelectRows(rows);
        float[] cores = SquaredCoreDistances(cluster, threads, cancellation);
        (int A, int B, float Height)[] edges = SpanningTree.Compute(cluster, cores, null, cancellation);
        int[] degrees = new int[rows.Length];
        foreach ((int a, int b, _) in edges)
        {
            degrees[a]++;
            degrees[b]++;
        }

        int[] inner = [.. Enumerable.Range(0, rows.Length).Where(i => degrees[i] > 1 || rows.Length == 2)];
        float longest = edges.Where(edge => degrees[edge.A] > 1 && degrees[edge.B] > 1)
            .Select(edge => edge.Height).DefaultIfEmpty(edges.Max(edge => edge.Height)).Max();
        return new DensityTree(
            rows, Array.ConvertAll(inner, i => rows[i]), Array.ConvertAll(inner, i => cores[i]), longest);
    }

    /// <summary>
    /// Computes the square of the core distance to all other points of the cluster, <c>(mean of 1 / d^columns)^(-1 / columns)</c>; 0 if one
    /// of them coincides.
    /// </summary>
    private static float[] SquaredCoreDistances(Matrix cluster, int threads, CancellationToken cancellation)
    {
        float[] cores = new float[cluster.Rows];
        var chunks = new RowChunks(cluster.Rows, threads, cancellation, RowChunks.PairwiseMinimum);
        chunks.ForEach((_, first, end) =>
        {
            float[] squared = new float[cluster.Rows];
            for (int row = first; row < end; row++)
            {
                for (int other = 0; other < squared.Length; other++)
                    squared[other] = RowMath.SquaredDistance(cluster.Row(row), cluster.Row(other));
                squared[row] = float.PositiveInfinity;
                // Relative to the nearest: powers of the distances themselves would exceed the range of float64.
                double nearest = squared.Min(), sum = 0;
                foreach (float distance in squared)
                    sum += Power(nearest / distance, cluster.Columns);
                cores[row] = nearest == 0 ? 0 : (float)(nearest * Math.Pow(sum / (squared.Length - 1), -2.0 / cluster.Columns));
            }
        });
        return cores;
    }

    /// <summary>Computes a power of the square root of a value without a logarithm for every pair of points.</summary>
    private static double Power(double squared, int exponent)
    {
        double power = (exponent & 1) == 0 ? 1 : Math.Sqrt(squared);
        for (int bits = exponent >> 1; bits > 0; bits >>= 1, squared *= squared)
            if ((bits & 1) != 0)
                power *= squared;
        return power;
    }
}
