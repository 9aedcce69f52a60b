namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Sets that only ever join (Tarjan 1975, with path halving), named by their lowest item. Threads may join at the same time without a
/// lock (Anderson and Woll 1991): the sets at the end do not depend on the order.
/// </summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>The lowest item of the set.</summary>
    public int Find(int item)
    {
        for (int parent; (parent = Volatile.Read(ref _parents[item])) != item; item = parent)
        {
            int above = Volatile.Read(ref _parents[parent]);
            // A parent gives way only to one of its own ancestors, so whoever wins the race leaves the sets as they are.
            if (above != parent)
                Interlocked.CompareExchange(ref _parents[item], above, parent);
        }

        return item;
    }

    /// <summary>Joins two sets; false when they were one already.</summary>
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
