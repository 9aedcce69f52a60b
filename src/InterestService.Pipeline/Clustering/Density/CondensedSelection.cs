namespace InterestService.Pipeline.Clustering.Density;

/// <summary>Which clusters of a condensed tree are taken; no taken cluster is inside another.</summary>
internal static class CondensedSelection
{
    /// <summary>
    /// The taken cluster that each cluster is or is inside of, -1 for none, <c>[clusters]</c>. The root is taken only if a single cluster
    /// is allowed.
    /// </summary>
    public static int[] Taken(CondensedTree tree, ClusterSelection selection, bool allowSingle)
    {
        int count = tree.Clusters.Count;
        bool[] best = selection == ClusterSelection.Leaf ? Leaves(tree) : ExcessOfMass(tree, allowSingle);
        if (count > 0 && !allowSingle)
            best[0] = false;
        int[] taken = new int[count];
        for (int c = 0; c < count; c++)
        {
            int parent = tree.Clusters[c].Parent;
            int above = parent < 0 ? -1 : taken[parent];
            taken[c] = above >= 0 ? above : best[c] ? c : -1;
        }

        return taken;
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

    /// <summary>From the leaves up: a cluster no less stable than the best of what is inside replaces it.</summary>
    private static bool[] ExcessOfMass(CondensedTree tree, bool allowSingle)
    {
        bool[] better = new bool[tree.Clusters.Count];
        double[] inside = new double[better.Length];
        for (int c = better.Length - 1; c > (allowSingle ? -1 : 0); c--)
        {
            CondensedTree.Cluster cluster = tree.Clusters[c];
            better[c] = cluster.Stability >= inside[c];
            if (cluster.Parent >= 0)
                inside[cluster.Parent] += Math.Max(cluster.Stability, inside[c]);
        }

        return better;
    }
}
