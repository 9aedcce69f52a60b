using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Lineage;

/// <summary>Which clusters of two clusterings are the same one.</summary>
internal static class ClusterMatching
{
    /// <summary>
    /// One-to-one pairs with the most users in common, among the pairs whose Jaccard index reaches <paramref name="minimumJaccard"/>.
    /// Others are left out before and not after, so that a pair that cannot count takes no cluster from one that can. Each cluster then
    /// has at most 1 / <paramref name="minimumJaccard"/> partners, and the problem falls into small ones that are solved apart.
    /// </summary>
    /// <param name="pairs">Users in common and Jaccard index of the pairs of clusters that share any.</param>
    /// <param name="minimumJaccard">Above 0, at most 1.</param>
    public static IEnumerable<(int Previous, int Current)> Match(
        IEnumerable<(int Previous, int Current, int Users, double Jaccard)> pairs, double minimumJaccard)
    {
        var possible = pairs.Where(pair => pair.Jaccard >= minimumJaccard).ToList();
        int[] previous = [.. possible.Select(pair => pair.Previous).Distinct()];
        int[] current = [.. possible.Select(pair => pair.Current).Distinct()];
        var rows = Numbered(previous);
        var columns = Numbered(current);
        var components = new DisjointSets(previous.Length + current.Length);
        foreach (var pair in possible) components.Join(rows[pair.Previous], previous.Length + columns[pair.Current]);
        return possible.GroupBy(pair => components.Find(rows[pair.Previous])).SelectMany(component => MatchAll([.. component]));
    }

    private static IEnumerable<(int Previous, int Current)> MatchAll((int Previous, int Current, int Users, double Jaccard)[] pairs)
    {
        int[] previous = [.. pairs.Select(pair => pair.Previous).Distinct()], current = [.. pairs.Select(pair => pair.Current).Distinct()];
        var rows = Numbered(previous);
        var columns = Numbered(current);
        double[,] gains = new double[previous.Length, current.Length];
        foreach (var pair in pairs) gains[rows[pair.Previous], columns[pair.Current]] = pair.Users;
        int[] columnOf = OptimalAssignment.Maximize(gains);
        return Enumerable.Range(0, previous.Length)
            .Where(row => columnOf[row] >= 0 && gains[row, columnOf[row]] > 0)
            .Select(row => (previous[row], current[columnOf[row]]));
    }

    private static Dictionary<int, int> Numbered(int[] clusters) =>
        clusters.Select((cluster, number) => (cluster, number)).ToDictionary(pair => pair.cluster, pair => pair.number);
}
