namespace InterestService.Pipeline.Lineage;

/// <summary>
/// What became of the clusters of one clustering in another one, told by the users whom both know: who comes or goes says nothing of a
/// change of interests. Read backwards, births are deaths and splits are merges.
/// </summary>
/// <param name="Matched">Clusters that persist, in the order of the current ones.</param>
/// <param name="Born">Current clusters that no previous one persists in, ascending.</param>
/// <param name="Dead">Previous clusters that persist in no current one, ascending.</param>
/// <param name="Split">Previous clusters that several current ones come from.</param>
/// <param name="Merged">Current clusters that several previous ones went into.</param>
/// <param name="Users">What the users did.</param>
public sealed record ClusterLineage(
    IReadOnlyList<ClusterMatch> Matched,
    IReadOnlyList<int> Born,
    IReadOnlyList<int> Dead,
    IReadOnlyList<ClusterSplit> Split,
    IReadOnlyList<ClusterMerge> Merged,
    UserFlow Users)
{
    /// <summary>
    /// Least Jaccard index of a cluster with itself in the next clustering (matching communities by it: Greene, Doyle and Cunningham,
    /// "Tracking the evolution of communities in dynamic social networks", 2010). At a third, the largest part of a cluster that falls
    /// into two or three still carries its name, and one that has mostly other users does not.
    /// </summary>
    public const double MinimumJaccard = 1.0 / 3;

    /// <summary>
    /// Part of a cluster's users that must come from (split) or go into (merge) one other cluster: more than half, so that there is one
    /// at most (MONIC: Spiliopoulou, Ntoutsi, Theodoridis and Schult, "Modeling and monitoring cluster transitions", 2006).
    /// </summary>
    private const double Majority = .5;

    /// <summary>Matches the clusters for the most users in common, one to one, above <see cref="MinimumJaccard"/>.</summary>
    /// <param name="overlaps">Users of every pair of clusters that has any; every pair once.</param>
    public static ClusterLineage Between(IReadOnlyCollection<ClusterOverlap> overlaps)
    {
        ArgumentNullException.ThrowIfNull(overlaps);
        var previous = Sizes(overlaps, overlap => overlap.Previous);
        var current = Sizes(overlaps, overlap => overlap.Current);
        var common = overlaps.Where(overlap => overlap.Previous is not null && overlap.Current is not null)
            .Select(overlap => (Previous: overlap.Previous!.Value, Current: overlap.Current!.Value, overlap.Users)).ToList();
        var users = common.ToDictionary(pair => (pair.Previous, pair.Current), pair => pair.Users);

        double Jaccard(int p, int c) => (double)users[(p, c)] / (previous[p].Common + current[c].Common - users[(p, c)]);
        var matched = ClusterMatching
            .Match(common.Select(pair => (pair.Previous, pair.Current, pair.Users, Jaccard(pair.Previous, pair.Current))), MinimumJaccard)
            .Select(pair => new ClusterMatch(
                pair.Previous, pair.Current, previous[pair.Previous].All, current[pair.Current].All,
                users[pair], Jaccard(pair.Previous, pair.Current)))
            .OrderBy(match => match.Current).ToList();
        int stayed = matched.Sum(match => match.CommonUsers), both = common.Sum(pair => pair.Users);

        return new ClusterLineage(
            matched,
            [.. current.Keys.Except(matched.Select(match => match.Current)).Order()],
            [.. previous.Keys.Except(matched.Select(match => match.Previous)).Order()],
            [.. common.Where(pair => pair.Users > Majority * current[pair.Current].Common)
                .GroupBy(pair => pair.Previous, pair => pair.Current).Where(parts => parts.Count() > 1).OrderBy(parts => parts.Key)
                .Select(parts => new ClusterSplit(parts.Key, [.. parts.Order()]))],
            [.. common.Where(pair => pair.Users > Majority * previous[pair.Previous].Common)
                .GroupBy(pair => pair.Current, pair => pair.Previous).Where(parts => parts.Count() > 1).OrderBy(parts => parts.Key)
                .Select(parts => new ClusterMerge([.. parts.Order()], parts.Key))],
            new UserFlow(
                stayed, both - stayed,
                Joined: current.Values.Sum(size => size.All) - both, Left: previous.Values.Sum(size => size.All) - both));
    }

    /// <summary>The same under other names of the clusters.</summary>
    public ClusterLineage Renamed(Func<int, int> previous, Func<int, int> current) => new(
        [.. Matched.Select(match => match with { Previous = previous(match.Previous), Current = current(match.Current) })],
        [.. Born.Select(current)],
        [.. Dead.Select(previous)],
        [.. Split.Select(split => new ClusterSplit(previous(split.Previous), [.. split.Into.Select(current)]))],
        [.. Merged.Select(merge => new ClusterMerge([.. merge.From.Select(previous)], current(merge.Current)))],
        Users);

    /// <summary>Users of each cluster of one side: all, and those whom the other side knows too.</summary>
    private static Dictionary<int, (int All, int Common)> Sizes(
        IReadOnlyCollection<ClusterOverlap> overlaps, Func<ClusterOverlap, int?> cluster) => overlaps
        .Where(overlap => cluster(overlap) is not null)
        .GroupBy(overlap => cluster(overlap)!.Value)
        .ToDictionary(group => group.Key, group => (
            group.Sum(overlap => overlap.Users),
            group.Where(overlap => overlap.Previous is not null && overlap.Current is not null).Sum(overlap => overlap.Users)));
}
