namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// The nearest-neighbour chain (Murtagh 1983; Murtagh and Contreras 2012): follow nearest neighbours until two are each other's, merge
/// them, go on from what is left of the chain. Under a reducible linkage (all of <see cref="Linkage"/>) it finds the merges that the
/// closest pair first would, in O(clusters) searches.
/// </summary>
internal static class NeighbourChain
{
    private const int Steps = 256;

    /// <summary>The merges, <c>[clusters - 1]</c>, not by height, but always after the merges that they build on.</summary>
    public static (int A, int B, float Height)[] Run(
        IClusterDistances distances, int clusters, Action<double>? progress, CancellationToken cancellation)
    {
        var joins = new (int A, int B, float Height)[clusters - 1];
        bool[] gone = new bool[clusters], chained = new bool[clusters];
        // Rounding may put a merge a last digit below one that it builds on; what happened later is higher.
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
                while (gone[start])
                    start++;
                chain.Add(start);
                chained[start] = true;
            }

            while (true)
            {
                int tip = chain[^1], before = chain.Count > 1 ? chain[^2] : -1;
                (int next, float distance) = distances.Nearest(tip, before);
                // Only rounding leads back into the chain: all distances on that way are the same but for their last digits.
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
                gone[from] = true;
                heights[into] = Math.Max(distance, Math.Max(heights[into], heights[from]));
                joins[done] = (into, from, heights[into]);
                break;
            }
        }

        return joins;
    }
}

/// <summary>
/// Distances between clusters that merge. Every cluster has a slot; slots are 0 to leaves - 1 at first and never used again when empty.
/// </summary>
internal interface IClusterDistances
{
    /// <summary>
    /// The nearest other cluster and its distance on the linkage's scale; on a tie <paramref name="preferred"/> (-1: none), or else any,
    /// but always the same.
    /// </summary>
    (int Slot, float Distance) Nearest(int slot, int preferred);

    /// <summary>Merges a cluster into another, whose slot it takes.</summary>
    void Merge(int from, int into, float distance);
}
