namespace InterestService.Pipeline.Clustering.Density;

/// <summary>
/// A single-linkage tree without its small branches (Campello, Moulavi and Sander 2013): as the density threshold rises, a cluster loses
/// points, splits into two or more of at least the minimum size, or ends.
/// </summary>
/// <remarks>
/// Density is the reciprocal of height. Merges of the same height are undone at once, as in the paper: the core distance of one point is
/// the height of many merges, and their order is arbitrary.
/// </remarks>
internal sealed class CondensedTree
{
    // Relative to the largest height: the resolution of float32 coordinates. Coinciding points would otherwise be infinitely dense.
    private const double MinRelativeHeight = 1e-6;

    private readonly MergeTree _tree;
    private readonly double _minHeight;

    public CondensedTree(MergeTree tree, int minimumSize)
    {
        _tree = tree;
        double highest = tree.Merges.Length == 0 ? 0 : tree.Merges[^1].Height;
        _minHeight = highest == 0 ? 1 : highest * MinRelativeHeight;
        LastClusters = new int[tree.Leaves];
        Densities = new double[tree.Leaves];
        if (tree.Leaves >= minimumSize)
            Condense(minimumSize);
    }

    /// <summary>All clusters, each after its parent; the first, if any, is the root, which contains every point.</summary>
    public List<Cluster> Clusters { get; } = [];

    /// <summary>The last, smallest cluster that contains each point, <c>[points]</c>.</summary>
    public int[] LastClusters { get; }

    /// <summary>The density at which each point leaves it, <c>[points]</c>.</summary>
    public double[] Densities { get; }

    private void Condense(int minimumSize)
    {
        Clusters.Add(new Cluster(-1, 0, _tree.Leaves));
        var branches = new Stack<(int Node, int Cluster)>([(_tree.Leaves + _tree.Merges.Length - 1, 0)]);
        var children = new List<int>();
        while (branches.TryPop(out (int Node, int Cluster) branch))
        {
            double height = Height(branch.Node);
            Cluster cluster = Clusters[branch.Cluster];
            cluster.Death = 1 / height;
            CollectNodes(branch.Node, node => Height(node) == height, children);
            int large = children.Count(node => Size(node) >= minimumSize);
            foreach (int child in children)
            {
                if (Size(child) < minimumSize)
                {
                    Remove(child, branch.Cluster);
                }
                else if (large == 1)
                {
                    branches.Push((child, branch.Cluster));
                }
                else
                {
                    cluster.Stability += Size(child) * (cluster.Death - cluster.Birth);
                    branches.Push((child, Clusters.Count));
                    Clusters.Add(new Cluster(branch.Cluster, cluster.Death, Size(child)));
                }
            }
        }
    }

    private void Remove(int node, int last)
    {
        Cluster cluster = Clusters[last];
        var points = new List<int>();
        CollectNodes(node, _ => true, points);
        foreach (int point in points)
            (LastClusters[point], Densities[point]) = (last, cluster.Death);
        cluster.Stability += points.Count * (cluster.Death - cluster.Birth);
    }

    /// <summary>
    /// Collects the descendants of a node, those that <paramref name="expand"/> accepts replaced by their own; a leaf is its own
    /// descendant.
    /// </summary>
    private void CollectNodes(int root, Func<int, bool> expand, List<int> nodes)
    {
        nodes.Clear();
        var remaining = new Stack<int>([root]);
        while (remaining.TryPop(out int node))
        {
            if (node < _tree.Leaves || !expand(node))
            {
                nodes.Add(node);
                continue;
            }

            remaining.Push(_tree.Merges[node - _tree.Leaves].A);
            remaining.Push(_tree.Merges[node - _tree.Leaves].B);
        }
    }

    private double Height(int node) => Math.Max(_tree.Merges[node - _tree.Leaves].Height, _minHeight);

    private int Size(int node) => node < _tree.Leaves ? 1 : _tree.Merges[node - _tree.Leaves].Size;

    /// <param name="Parent">The cluster that it split from; -1 for the root.</param>
    /// <param name="Birth">The density at which it split.</param>
    /// <param name="Size">Number of its points at birth.</param>
    public sealed record Cluster(int Parent, double Birth, int Size)
    {
        /// <summary>The density at which it splits or ends.</summary>
        public double Death { get; set; }

        /// <summary>
        /// Sum over its points of the density range from the birth of the cluster to the loss of the point: its relative excess of mass.
        /// </summary>
        public double Stability { get; set; }
    }
}
