using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics.Graphs;

/// <summary>Weights of the edges from a node to each group, summed in an array that is cleared by what was touched.</summary>
/// <param name="groups">Number of groups.</param>
internal sealed class NeighbourSums(int groups)
{
    private readonly double[] _sums = new double[groups];
    private readonly bool[] _touched = new bool[groups];

    /// <summary>Groups with an edge, in the order of the first edge.</summary>
    public List<int> Touched { get; } = [];

    public double this[int group] => _sums[group];

    /// <summary>Adds the edges of a node to its neighbours' groups.</summary>
    public void Add(WeightedGraph graph, int node, int[] groupOf)
    {
        var neighbours = graph.NeighboursOf(node);
        var weights = graph.WeightsOf(node);
        for (int e = 0; e < neighbours.Length; e++)
        {
            int group = groupOf[neighbours[e]];
            if (!_touched[group])
            {
                _touched[group] = true;
                Touched.Add(group);
            }

            _sums[group] += weights[e];
        }
    }

    public void Clear()
    {
        foreach (int group in CollectionsMarshal.AsSpan(Touched)) (_sums[group], _touched[group]) = (0, false);
        Touched.Clear();
    }
}

/// <summary>Nodes of each group, ascending.</summary>
internal sealed class GroupMembers
{
    private readonly int[] _offsets;
    private readonly int[] _nodes;

    /// <param name="groups">Group of each node, from 0, <c>[nodes]</c>.</param>
    /// <param name="count">Number of groups.</param>
    public GroupMembers(int[] groups, int count)
    {
        (_offsets, _nodes) = (new int[count + 1], new int[groups.Length]);
        foreach (int group in groups) _offsets[group + 1]++;
        for (int group = 0; group < count; group++) _offsets[group + 1] += _offsets[group];
        int[] next = _offsets[..^1];
        for (int node = 0; node < groups.Length; node++) _nodes[next[groups[node]]++] = node;
    }

    public ReadOnlySpan<int> Of(int group) => _nodes.AsSpan(_offsets[group].._offsets[group + 1]);
}
