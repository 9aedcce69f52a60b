using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Lineage;

/// <summary>Matches the clusters of two clusterings.</summary>
internal static class ClusterMatching
{
    /// <summary>
    /// Returns one-to-one pairs with the maximum number of common users, among the pairs whose Jaccard index reaches
    /// <paramref name="minimumJaccard"/>. Other pairs are excluded beforehand, so that they do not take a cluster from a valid pair. Each
    /// cluster then has at most 1 / <paramref name="minimumJaccard"/> partners, and the problem decomposes into small ones that are solved
    /// separately.
    /// </summary>
    /// <param name="pairs">Number of common users and Jaccard index of the pairs of clusters that share users.</param>
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
