using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Lineage;

/// <summary>The map of an earlier clustering, in the order of the users of the current one.</summary>
/// <param name="Places"><c>[users x 2]</c>; NaN for users whom it does not show.</param>
/// <param name="Clusters">Number of the user's cluster in that clustering, any number from 0; -1 for users whom it does not show; <c>[users]</c>.</param>
public sealed record PreviousMap(Matrix Places, int[] Clusters)
{
    /// <summary>Returns whether each user was and is in a cluster that persists, <c>[users]</c>.</summary>
    /// <param name="clusters">Current cluster of each user, <c>[users]</c>.</param>
    public bool[] Stayed(int[] clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        var shown = Clusters.Zip(clusters).Where(user => user.First >= 0);
        var lineage = ClusterLineage.Between([.. shown.CountBy(user => user).Select(pair => new ClusterOverlap(pair.Key.First, pair.Key.Second, pair.Value))]);
        var persisting = lineage.Matched.Select(match => (match.Previous, match.Current)).ToHashSet();
        return [.. Clusters.Zip(clusters).Select(user => persisting.Contains(user))];
    }
}
