namespace InterestService.Pipeline.Clustering.Density;

/// <summary>Selects clusters of a condensed tree so that none contains another.</summary>
internal static class CondensedSelection
{
    /// <summary>
    /// Returns for each cluster the selected cluster that it is or that contains it, -1 if there is none, <c>[clusters]</c>. The root can
    /// be selected only if a single cluster is allowed.
    /// </summary>
    public static int[] Select(CondensedTree tree, ClusterSelection selection, bool allowSingle)
    {
        int count = tree.Clusters.Count;
        bool[] candidates = selection == ClusterSelection.Leaf ? Leaves(tree) : ExcessOfMass(tree, allowSingle);
        if (count > 0 && !allowSingle)
            candidates[0] = false;
        int[] selected = new int[count];
        for (int c = 0; c < count; c++)
        {
            int parent = tree.Clusters[c].Parent;
            int above = parent < 0 ? -1 : selected[parent];
            selected[c] = above >= 0 ? above : candidates[c] ? c : -1;
        }

        return selected;
    }

    private static bool[] Leaves(CondensedTree tree)
    {
        bool[] leaves = new bool[tree.Clusters.Count];
        Array.Fill(leaves, true);
        foreach (CondensedTree.Cluster cluster in tree.Clusters)
            if (cluster.Parent >= 0)
                leaves[cluster.Parent] = false;
        return leaves;
    }

    /// <summary>
    /// Works upwards from the leaves: a cluster at least as stable as the best selection of its descendants replaces them.
    /// </summary>
    private static bool[] ExcessOfMass(CondensedTree tree, bool allowSingle)
    {
        bool[] stable = new bool[tree.Clusters.Count];
        double[] descendants = new double[stable.Length];
        for (int c = stable.Length - 1; c > (allowSingle ? -1 : 0); c--)
        {
            CondensedTree.Cluster cluster = tree.Clusters[c];
            stable[c] = cluster.Stability >= descendants[c];
            if (cluster.Parent >= 0)
                descendants[cluster.Parent] += Math.Max(cluster.Stability, descendants[c]);
        }

        return stable;
    }
}
