namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Disjoint sets that can be joined (Tarjan 1975, with path halving), identified by their lowest item. Thread-safe without locks (Anderson
/// and Woll 1991): the final sets do not depend on the order of the joins.
/// </summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>Returns the lowest item of the set that contains an item.</summary>
    public int Find(int item)
    {
        for (int parent; (parent = Volatile.Read(ref _parents[item])) != item; item = parent)
        {
            int above = Volatile.Read(ref _parents[parent]);
            // A parent is replaced only by one of its own ancestors, so the sets are the same whichever thread wins the race.
            if (above != parent)
                Interlocked.CompareExchange(ref _parents[item], above, parent);
        }

        return item;
    }

    /// <summary>Joins two sets; returns false if they were already one.</summary>
    public bool Join(int a, int b)
    {
        while (true)
        {
            (a, b) = (Find(a), Find(b));
            if (a == b)
                return false;
            int low = Math.Min(a, b), high = Math.Max(a, b);
            if (Interlocked.CompareExchange(ref _parents[high], low, high) == high)
                return true;
        }
    }
}
