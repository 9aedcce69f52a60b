namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// The nearest-neighbour chain (Murtagh 1983; Murtagh and Contreras 2012): follows nearest neighbours until two are each other's, merges
/// them and continues from the rest of the chain. Under a reducible linkage (all of <see cref="Linkage"/>) it finds the same merges as
/// merging the closest pair first, in O(clusters) searches.
/// </summary>
internal static class NeighbourChain
{
    private const int Steps = 256;

    /// <summary>Returns the merges, <c>[clusters - 1]</c>, not ordered by height, but each after the merges that it depends on.</summary>
    public static (int A, int B, float Height)[] Run(
        IClusterDistances distances, int clusters, Action<double>? progress, CancellationToken cancellation)
    {
        var joins = new (int A, int B, float Height)[clusters - 1];
        bool[] merged = new bool[clusters], chained = new bool[clusters];
        // Rounding may put a merge slightly below one that it depends on; heights are kept monotonic.
        float[] heights = new float[clusters];
        var chain = new List<int>();
        int start = 0;
        for (int done = 0; done < joins.Length; done++)
        {
            if (done % Steps == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke((double)done / joins.Length);
            }

            if (chain.Count == 0)
            {
                while (merged[start])
                    start++;
                chain.Add(start);
                chained[start] = true;
            }

            while (true)
            {
                int tip = chain[^1], before = chain.Count > 1 ? chain[^2] : -1;
                (int next, float distance) = distances.Nearest(tip, before);
                // Only rounding leads back into the chain: all distances on that cycle are equal except for their last digits.
                if (!chained[next])
                {
                    chain.Add(next);
                    chained[next] = true;
                    continue;
                }

                chain.RemoveRange(chain.Count - 2, 2);
                chained[tip] = chained[before] = false;
                int into = Math.Min(tip, before), from = Math.Max(tip, before);
                distances.Merge(from, into, distance);
                merged[from] = true;
                heights[into] = Math.Max(distance, Math.Max(heights[into], heights[from]));
                joins[done] = (into, from, heights[into]);
                break;
            }
        }

        return joins;
    }
}

/// <summary>
/// Distances between clusters that are merged. Each cluster has a slot, initially 0 to leaves - 1; an empty slot is not reused.
/// </summary>
internal interface IClusterDistances
{
    /// <summary>
    /// Returns the nearest other cluster and its distance on the scale of the linkage; on a tie <paramref name="preferred"/> (-1: none), or
    /// else a deterministic one.
    /// </summary>
    (int Slot, float Distance) Nearest(int slot, int preferred);

    /// <summary>Merges a cluster into another, which keeps its slot.</summary>
    void Merge(int from, int into, float distance);
}
