using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering;

/// <summary>Two nodes made one. Nodes below the number of leaves are leaves; node leaves + i is what merge i made.</summary>
/// <param name="A">The lower of the two nodes.</param>
/// <param name="B">The higher.</param>
/// <param name="Height">Their distance; it never falls from one merge to the next.</param>
/// <param name="Size">Points of the new node.</param>
public readonly record struct Merge(int A, int B, float Height, int Size);

/// <summary>A hierarchy of clusters, in the form of scipy's linkage matrix.</summary>
/// <param name="Leaf">
/// Leaf of each point, <c>[points]</c>; point i is leaf i unless the leaves are micro-clusters.
/// </param>
/// <param name="Merges">In ascending order of height, <c>[leaves - 1]</c>.</param>
public sealed record MergeTree(int[] Leaf, Merge[] Merges)
{
    /// <summary>Number of leaves.</summary>
    public int Leaves => Merges.Length + 1;

    /// <summary>
    /// Undoes the last merges and returns the cluster of each point, <c>[points]</c>, numbered in the order of their first points.
    /// </summary>
    /// <param name="clusters">1 to the number of leaves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is out of its range.</exception>
    public int[] Cut(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, Leaves);
        var sets = new DisjointSets(Leaves + Merges.Length);
        for (int i = 0; i < Leaves - clusters; i++)
        {
            sets.Join(Leaves + i, Merges[i].A);
            sets.Join(Leaves + i, Merges[i].B);
        }

        int[] groups = Array.ConvertAll(Leaf, sets.Find);
        return Partition.FromGroups(groups, groups).Labels;
    }

    /// <summary>
    /// Creates a tree from joins of leaves, in which any leaf represents its whole cluster: orders them by height and numbers the nodes.
    /// </summary>
    /// <param name="leaf">Leaf of each point, <c>[points]</c>.</param>
    /// <param name="joins"><c>[leaves - 1]</c>; the order of equal heights is kept.</param>
    internal static MergeTree Create(int[] leaf, (int A, int B, float Height)[] joins)
    {
        int leaves = joins.Length + 1;
        int[] nodes = [.. Enumerable.Range(0, leaves)], sizes = new int[leaves];
        foreach (int l in leaf)
            sizes[l]++;
        var sets = new DisjointSets(leaves);
        var merges = new Merge[joins.Length];
        foreach ((int i, (int a, int b, float height)) in joins.OrderBy(join => join.Height).Index())
        {
            (int first, int second) = (sets.Find(a), sets.Find(b));
            (int nodeA, int nodeB, int size) = (nodes[first], nodes[second], sizes[first] + sizes[second]);
            merges[i] = new Merge(Math.Min(nodeA, nodeB), Math.Max(nodeA, nodeB), height, size);
            sets.Join(first, second);
            int joined = sets.Find(first);
            (nodes[joined], sizes[joined]) = (leaves + i, size);
        }

        return new MergeTree(leaf, merges);
    }
}
