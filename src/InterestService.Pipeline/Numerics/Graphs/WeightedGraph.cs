namespace InterestService.Pipeline.Numerics.Graphs;

/// <summary>
/// An undirected graph with weighted edges in CSR form; every edge is stored at both of its ends. Memory is 24 bytes an edge and 20 bytes a
/// node. Immutable, so that several threads may read it.
/// </summary>
public sealed class WeightedGraph
{
    private readonly int[] _offsets;
    private readonly int[] _neighbours;
    private readonly double[] _weights;
    private readonly double[] _loops;
    private readonly double[] _strengths;

    private WeightedGraph(int[] offsets, int[] neighbours, double[] weights, double[] loops)
    {
        (_offsets, _neighbours, _weights, _loops, _strengths) = (offsets, neighbours, weights, loops, [.. loops]);
        for (int node = 0; node < NodeCount; node++)
            foreach (double weight in WeightsOf(node)) _strengths[node] += weight;
        TotalStrength = _strengths.Sum();
    }

    /// <summary>Number of nodes.</summary>
    public int NodeCount => _offsets.Length - 1;

    /// <summary>Sum of the strengths of all nodes: twice the weight of all edges.</summary>
    public double TotalStrength { get; }

    /// <summary>Nodes that an edge of positive weight leads to, ascending, each once and never the node itself.</summary>
    public ReadOnlySpan<int> NeighboursOf(int node) => _neighbours.AsSpan(_offsets[node].._offsets[node + 1]);

    /// <summary>Weights of the edges to <see cref="NeighboursOf"/>.</summary>
    public ReadOnlySpan<double> WeightsOf(int node) => _weights.AsSpan(_offsets[node].._offsets[node + 1]);

    /// <summary>Twice the weight of a node's edge to itself, since both of its ends are there.</summary>
    public double LoopOf(int node) => _loops[node];

    /// <summary>Sum of the weights of a node's edges; an edge to itself counts twice, since both of its ends are there.</summary>
    public double StrengthOf(int node) => _strengths[node];

    /// <summary>Sums the weights of a node's edges to other nodes of its group.</summary>
    /// <param name="node">The node.</param>
    /// <param name="groups">Group of each node, <c>[nodes]</c>.</param>
    internal double WeightWithin(int node, int[] groups)
    {
        double sum = 0;
        for (int e = _offsets[node]; e < _offsets[node + 1]; e++)
            if (groups[_neighbours[e]] == groups[node]) sum += _weights[e];
        return sum;
    }

    /// <summary>Creates a graph. Parallel edges are added up, and edges of weight 0 are left out.</summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="edges">Nodes from 0 and a finite weight of 0 or more; each edge is given once, in either direction.</param>
    /// <exception cref="ArgumentException">A node or a weight is out of its range.</exception>
    public static WeightedGraph FromEdges(int nodes, IReadOnlyCollection<(int A, int B, double Weight)> edges)
    {
        int[] starts = new int[nodes + 1];
        double[] loops = new double[nodes];
        foreach (var (a, b, weight) in edges)
        {
            if ((uint)a >= (uint)nodes || (uint)b >= (uint)nodes) throw new ArgumentException($"The edge {a} - {b} leads out of the {nodes} nodes.", nameof(edges));
            if (!(weight >= 0) || double.IsInfinity(weight)) throw new ArgumentException($"The weight of the edge {a} - {b} must be 0 or more, not {weight}.", nameof(edges));
            if (a == b) loops[a] += 2 * weight;
            if (a == b || weight == 0) continue;
            starts[a + 1]++;
            starts[b + 1]++;
        }

        for (int node = 0; node < nodes; node++) starts[node + 1] += starts[node];
        int[] next = starts[..^1], neighbours = new int[starts[nodes]];
        double[] weights = new double[starts[nodes]];
        foreach (var (a, b, weight) in edges)
        {
            if (a == b || weight == 0) continue;
            (neighbours[next[a]], weights[next[a]++]) = (b, weight);
            (neighbours[next[b]], weights[next[b]++]) = (a, weight);
        }

        return Unite(starts, neighbours, weights, loops);
    }

    /// <summary>Creates the graph whose nodes are groups of nodes of this one; edges within a group become edges of the group to itself.</summary>
    /// <param name="groups">Group of each node, from 0, <c>[nodes]</c>.</param>
    /// <param name="count">Number of groups.</param>
    public WeightedGraph Aggregate(int[] groups, int count)
    {
        var members = new GroupMembers(groups, count);
        var sums = new NeighbourSums(count);
        var (offsets, neighbours, weights, loops) = (new int[count + 1], new List<int>(), new List<double>(), new double[count]);
        for (int group = 0; group < count; group++)
        {
            sums.Clear();
            double strength = 0;
            foreach (int node in members.Of(group))
            {
                sums.Add(this, node, groups);
                strength += _strengths[node];
            }

            sums.Touched.Sort();
            double outside = 0;
            foreach (int other in sums.Touched)
            {
                if (other == group) continue;
                neighbours.Add(other);
                weights.Add(sums[other]);
                outside += sums[other];
            }

            loops[group] = Math.Max(0, strength - outside);
            offsets[group + 1] = neighbours.Count;
        }

        return new WeightedGraph(offsets, [.. neighbours], [.. weights], loops);
    }

    /// <summary>Sorts the neighbours of each node and adds up those that occur several times.</summary>
    private static WeightedGraph Unite(int[] starts, int[] neighbours, double[] weights, double[] loops)
    {
        int[] offsets = new int[starts.Length];
        int count = 0;
        for (int node = 0; node < loops.Length; node++)
        {
            int first = count;
            Array.Sort(neighbours, weights, starts[node], starts[node + 1] - starts[node]);
            for (int e = starts[node]; e < starts[node + 1]; e++)
            {
                if (count > first && neighbours[count - 1] == neighbours[e]) weights[count - 1] += weights[e];
                else (neighbours[count], weights[count++]) = (neighbours[e], weights[e]);
            }

            offsets[node + 1] = count;
        }

        return new WeightedGraph(offsets, neighbours[..count], weights[..count], loops);
    }
}
