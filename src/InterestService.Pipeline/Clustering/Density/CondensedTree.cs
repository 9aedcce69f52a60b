namespace InterestService.Pipeline.Clustering.Density;

/// <summary>
/// A single-linkage tree without its small branches (Campello, Moulavi and Sander 2013): as the density asked for rises, a cluster loses
/// points, splits into two or more of at least the minimum size, or ends.
/// </summary>
/// <remarks>
/// Density is one over height. Merges of the same height are undone at once, as the paper has it: one point's core distance is the height
/// of many merges, and the order among them means nothing.
/// </remarks>
internal sealed class CondensedTree
{
    // Of the largest height: what float32 coordinates can tell apart. Points at the same place would otherwise be infinitely dense.
    private const double SmallestHeight = 1e-6;

    private readonly MergeTree _tree;
    private readonly double _smallestHeight;

    public CondensedTree(MergeTree tree, int minimumSize)
    {
        _tree = tree;
        double highest = tree.Merges.Length == 0 ? 0 : tree.Merges[^1].Height;
        _smallestHeight = highest == 0 ? 1 : highest * SmallestHeight;
        LastClusters = new int[tree.Leaves];
        Densities = new double[tree.Leaves];
        if (tree.Leaves >= minimumSize)
            Condense(minimumSize);
    }

    /// <summary>All clusters, each after its parent; the first, if any, is the root, which holds every point.</summary>
    public List<Cluster> Clusters { get; } = [];

    /// <summary>The last, smallest cluster that each point is in, <c>[points]</c>.</summary>
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
            Nodes(branch.Node, node => Height(node) == height, children);
            int large = children.Count(node => Size(node) >= minimumSize);
            foreach (int child in children)
            {
                if (Size(child) < minimumSize)
                {
                    Leave(child, branch.Cluster);
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

    private void Leave(int node, int last)
    {
        Cluster cluster = Clusters[last];
        var points = new List<int>();
        Nodes(node, _ => true, points);
        foreach (int point in points)
            (LastClusters[point], Densities[point]) = (last, cluster.Death);
        cluster.Stability += points.Count * (cluster.Death - cluster.Birth);
    }

    /// <summary>The nodes below a node, without those that are opened to show theirs; a leaf is below itself.</summary>
    private void Nodes(int root, Func<int, bool> open, List<int> nodes)
    {
        nodes.Clear();
        var left = new Stack<int>([root]);
        while (left.TryPop(out int node))
        {
            if (node < _tree.Leaves || !open(node))
            {
                nodes.Add(node);
                continue;
            }

            left.Push(_tree.Merges[node - _tree.Leaves].A);
            left.Push(_tree.Merges[node - _tree.Leaves].B);
        }
    }

    private double Height(int node) => Math.Max(_tree.Merges[node - _tree.Leaves].Height, _smallestHeight);

    private int Size(int node) => node < _tree.Leaves ? 1 : _tree.Merges[node - _tree.Leaves].Size;

    /// <param name="Parent">The cluster that it split from; -1 for the root.</param>
    /// <param name="Birth">The density at which it did.</param>
    /// <param name="Size">Its points then.</param>
    public sealed record Cluster(int Parent, double Birth, int Size)
    {
        /// <summary>The density at which it splits or ends.</summary>
        public double Death { get; set; }

        /// <summary>Sum over its points of the densities between birth and leaving: its relative excess of mass.</summary>
        public double Stability { get; set; }
    }
}
