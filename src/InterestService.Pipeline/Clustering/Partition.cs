namespace InterestService.Pipeline.Clustering;

/// <summary>Points divided into clusters: what every algorithm answers.</summary>
/// <param name="Labels">Cluster of each point, 0 to clusters - 1, or -1 for noise, <c>[points]</c>.</param>
/// <param name="Nearest">
/// The same with the cluster nearest to it for each point of noise, <c>[points]</c>; -1 only where there is no cluster at all.
/// </param>
/// <param name="Clusters">Number of clusters; they are numbered in the order of their first points.</param>
public sealed record Partition(int[] Labels, int[] Nearest, int Clusters)
{
    /// <summary>Points that belong to no cluster.</summary>
    public int Noise => Labels.Count(label => label < 0);

    /// <summary>Numbers any groups (below 0: noise) in the order of their first points.</summary>
    internal static Partition Of(int[] groups, int[] nearest)
    {
        var numbers = new Dictionary<int, int>();
        foreach (int group in groups)
            if (group >= 0)
                numbers.TryAdd(group, numbers.Count);
        int Number(int group) => group < 0 ? -1 : numbers[group];
        return new Partition(Array.ConvertAll(groups, Number), Array.ConvertAll(nearest, Number), numbers.Count);
    }
}
