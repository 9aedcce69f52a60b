using InterestService.Pipeline.Numerics.Graphs;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>Communities of items, and how users share them.</summary>
/// <param name="communityOf">Community of each item, 0 to below the number of communities, <c>[items]</c>.</param>
/// <param name="itemUsers">Number of users of each item, <c>[items]</c>.</param>
internal sealed class ItemCommunities(int[] communityOf, float[] itemUsers)
{
    /// <summary>What the shares of all users together count before the first item of a user, in items of weight 1.</summary>
    private const double Prior = 1;

    /// <summary>Maximum number of communities; beyond it the smallest, such as those of items without neighbours, are one together.</summary>
    private const int MaxCommunities = 256;

    private readonly double[] _shares = SharesOf(communityOf, itemUsers);
    private readonly double _interactions = Total(itemUsers);

    /// <summary>Number of communities, 1 or more unless there are no items.</summary>
    public int Count => _shares.Length;

    public int[] CommunityOf => communityOf;

    /// <summary>Number of users of each item, <c>[items]</c>.</summary>
    public float[] ItemUsers => itemUsers;

    /// <summary>Finds the communities of a graph of items, the largest first.</summary>
    /// <param name="graph">Its nodes are items in another order.</param>
    /// <param name="nodes">Node of each item, <c>[items]</c>.</param>
    /// <param name="itemUsers">Number of users of each item, <c>[items]</c>.</param>
    /// <param name="resolution">Resolution of <see cref="Leiden"/>.</param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="cancellation">Checked often.</param>
    /// <param name="maxRuns">Maximum number of runs of <see cref="Leiden"/>. The default value is 10.</param>
    public static ItemCommunities Find(
        WeightedGraph graph, int[] nodes, float[] itemUsers, double resolution, int seed, CancellationToken cancellation, int maxRuns = 10)
    {
        int[] communities = Leiden.Find(graph, resolution, seed, cancellation, maxRuns).BySize().Labels;
        return new ItemCommunities(Array.ConvertAll(nodes, node => Math.Min(communities[node], MaxCommunities - 1)), itemUsers);
    }

    /// <summary>
    /// Returns the community of each item, and -1 for an item that is alone or in the last community of the maximum number, which may be several
    /// together.
    /// </summary>
    public int[] Groups()
    {
        int[] sizes = new int[Count];
        foreach (int community in communityOf) sizes[community]++;
        return Array.ConvertAll(communityOf, community => sizes[community] > 1 && community < MaxCommunities - 1 ? community : -1);
    }

    /// <summary>Computes how a user's items are shared among communities, with a Dirichlet prior of the shares of all users.</summary>
    /// <param name="history">Items and weights of the user.</param>
    /// <param name="shares">Receives the shares, which sum to 1, <c>[communities]</c>.</param>
    public void Share(ItemHistory history, Span<double> shares)
    {
        double total = Prior;
        for (int community = 0; community < shares.Length; community++) shares[community] = Prior * _shares[community];
        for (int i = 0; i < history.Items.Length; i++)
        {
            shares[communityOf[history.Items[i]]] += history.Weights[i];
            total += history.Weights[i];
        }

        foreach (ref double share in shares) share /= total;
    }

    /// <summary>The share of an item in the users of its community; 0 for an item that no user had in training.</summary>
    public double Within(int item)
    {
        double community = _shares[communityOf[item]];
        return community > 0 ? itemUsers[item] / (community * _interactions) : 0;
    }

    /// <summary>
    /// Computes how much better the user's earlier items predict the community of each item than the shares of all users do: the mean
    /// logarithm of the ratio, in nats.
    /// </summary>
    /// <param name="history">Items of a user in their order, without decay.</param>
    /// <param name="halfLife">Later items after which an item counts half.</param>
    /// <param name="strength">What the shares of all users count before the first item, in items of weight 1; above 0.</param>
    /// <param name="sums">Zeros, <c>[communities]</c>; zeros again afterwards.</param>
    /// <returns>Null if no item has an earlier one.</returns>
    public double? Gain(ItemHistory history, double halfLife, double strength, double[] sums)
    {
        if (history.Items.Length < 2) return null;
        double gain = 0, total = 0, scale = 1, growth = Math.Pow(2, 1 / halfLife);
        int count = 0;
        for (int i = Math.Max(0, history.Items.Length - ItemGraph.MaxUserItems); i < history.Items.Length; i++)
        {
            int community = communityOf[history.Items[i]];
            // The sums grow in place of a decay of all of them.
            if (total > 0 && _shares[community] > 0)
            {
                gain += Math.Log(((sums[community] / scale / _shares[community]) + strength) / ((total / scale) + strength));
                count++;
            }

            scale *= growth;
            sums[community] += history.Weights[i] * scale;
            total += history.Weights[i] * scale;
        }

        foreach (int item in history.Items) sums[communityOf[item]] = 0;
        return count > 0 ? gain / count : null;
    }

    private static double Total(float[] values)
    {
        double total = 0;
        foreach (float value in values) total += value;
        return total;
    }

    private static double[] SharesOf(int[] communityOf, float[] itemUsers)
    {
        double[] shares = new double[communityOf.Length == 0 ? 0 : communityOf.Max() + 1];
        double total = Math.Max(1, Total(itemUsers));
        for (int item = 0; item < communityOf.Length; item++) shares[communityOf[item]] += itemUsers[item] / total;
        return shares;
    }
}
