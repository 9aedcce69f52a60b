using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>
/// Density-based clustering validation (Moulavi, Jaskowiak, Campello, Zimek and Sander 2014) with Euclidean distances: for clusters of any
/// shape, for which the silhouette is unsuitable, and with noise.
/// </summary>
public static class Dbcv
{
    /// <summary>
    /// Mean over the points of the validity of their cluster, <c>(separation - sparseness) / max(separation, sparseness)</c>, -1 to 1,
    /// higher is better. Sparseness is the longest inner edge of the cluster's spanning tree of mutual reachability, separation the lowest
    /// mutual reachability from its inner nodes to those of another cluster. Noise (labels below 0) and clusters of one point count 0; with
    /// fewer than two other clusters the result is 0.
    /// </summary>
    /// <remarks>
    /// Inner nodes have more than one edge, inner edges join inner nodes; in a tree without them all nodes and edges count. If a core
    /// distance makes edges equal, the paper does not define the tree; here nearer points are joined, so that the result is unique. Above
    /// the sample size a random sample replaces the points: distances within clusters are then overestimated, so compare only results of
    /// the same sample size.
    /// </remarks>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="labels"><c>[points]</c></param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="sampleSize">Maximum number of points, 2 or more. The default value is 10,000; time grows with its square.</param>
    /// <param name="seed">Seed of the sample. The default value is 0.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sample size is below 2.</exception>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static double Compute(
        Matrix points, int[] labels, int threads, int sampleSize = 10_000, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleSize, 2);
        var labelled = new LabelledPoints(points, labels);
        int[][] clusters = labelled.Members;
        int total = labels.Length;
        if (total > sampleSize)
        {
            bool[] measured = Sample(total, sampleSize, seed);
            clusters = Array.ConvertAll(clusters, rows => Array.FindAll(rows, row => measured[row]));
            total = sampleSize;
        }

        clusters = Array.FindAll(clusters, rows => rows.Length > 1);
        if (clusters.Length < 2)
            return 0;
        DensityTree[] trees = Array.ConvertAll(clusters, rows => DensityTree.Create(points, rows, threads, cancellation));
        float[] separations = DensitySeparation.Compute(points, trees, threads, cancellation);
        return trees.Zip(separations, (tree, separation) => Validity(tree.Sparseness, separation) * tree.Rows.Length / total).Sum();
    }

    private static double Validity(double sparseness, double separation)
    {
        double larger = Math.Max(sparseness, separation);
        return larger == 0 ? 0 : (separation - sparseness) / larger;
    }

    private static bool[] Sample(int total, int size, int seed)
    {
        bool[] measured = new bool[total];
        foreach (int row in new Random(seed).Sample(total, size))
            measured[row] = true;
        return measured;
    }
}
