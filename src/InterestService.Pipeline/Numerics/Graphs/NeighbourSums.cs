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
