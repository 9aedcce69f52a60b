using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics.Graphs;

/// <summary>
/// The Leiden algorithm (Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", Scientific Reports
/// 2019) for modularity with a resolution (Reichardt and Bornholdt 2006). Each round moves nodes to the best neighbouring community, divides
/// the communities into well-connected parts, and goes on with these parts as the nodes of a smaller graph. Every community is connected. Memory
/// and the time of a round grow with the edges. The same graph, resolution and seed give the same communities.
/// </summary>
public sealed class Leiden
{
    /// <summary>Randomness of the division, relative to the strength of the moved node, so that the scale of the weights does not matter.</summary>
    private const double Randomness = .01;

    /// <summary>A gain of less than this part of a node's strength is rounding error.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Number of nodes between checks of the cancellation.</summary>
    private const int CheckEvery = 1 << 12;

    private readonly double _resolution;
    private readonly Random _random;
    private readonly CancellationToken _cancellation;

    private Leiden(double resolution, int seed, CancellationToken cancellation) =>
        (_resolution, _random, _cancellation) = (resolution, new Random(seed), cancellation);

    /// <summary>Finds communities.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="resolution">0 or more; a higher one gives more and smaller communities. Modularity in the narrow sense has 1.</param>
    /// <param name="seed">Seed for the order of nodes and the division of communities.</param>
    /// <param name="cancellation">Checked every few thousand nodes.</param>
    /// <param name="maxRuns">
    /// Maximum number of whole runs, each from the communities of the previous one, until nothing improves. The default value is 10; one is
    /// enough to compare resolutions.
    /// </param>
    /// <returns>
    /// Communities in the order of their first nodes. A node without edges is a community of its own.
    /// </returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Partition Find(WeightedGraph graph, double resolution, int seed, CancellationToken cancellation, int maxRuns = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        var leiden = new Leiden(resolution, seed, cancellation);
        int[] communities = [.. Enumerable.Range(0, graph.NodeCount)];
        double quality = Modularity(graph, communities, resolution);
        for (int run = 0; run < maxRuns; run++)
        {
            communities = leiden.Run(graph, communities);
            double reached = Modularity(graph, communities, resolution);
            if (reached <= quality + Rounding) break;
            quality = reached;
        }

        int[] connected = Connected(graph, communities);
        return Partition.FromGroups(connected, connected);
    }

    /// <summary>
    /// Computes the modularity: the share of the edges' weight within communities, less the resolution times the share expected if edges
    /// were drawn by the strengths of the nodes; 0 for a graph without edges.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="communities">Community of each node, from 0 to below the number of nodes, <c>[nodes]</c>.</param>
    /// <param name="resolution">Weight of what is expected. The default value is 1.</param>
    public static double Modularity(WeightedGraph graph, int[] communities, double resolution = 1)
    {
        if (graph.TotalStrength == 0) return 0;
        double[] strengths = new double[graph.NodeCount];
        double inside = 0;
        for (int node = 0; node < graph.NodeCount; node++)
        {
            strengths[communities[node]] += graph.StrengthOf(node);
            inside += graph.LoopOf(node) + graph.WeightWithin(node, communities);
        }

        return (inside / graph.TotalStrength) - (resolution * strengths.Sum(strength => strength / graph.TotalStrength * (strength / graph.TotalStrength)));
    }

    /// <summary>Runs rounds until no community consists of several parts.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="communities">Initial community of each node, 0 to below the number of nodes; changed.</param>
    private int[] Run(WeightedGraph graph, int[] communities)
    {
        int[] nodes = [.. Enumerable.Range(0, graph.NodeCount)]; // the node of the current graph that each node of the first one is in
        while (true)
        {
            MoveNodes(graph, communities);
            (int[] parts, int count) = Number(Divide(graph, communities));
            if (count == graph.NodeCount) return Array.ConvertAll(nodes, node => communities[node]);
            int[] next = new int[count];
            for (int node = 0; node < parts.Length; node++) next[parts[node]] = communities[node];
            (communities, _) = Number(next);
            nodes = Array.ConvertAll(nodes, node => parts[node]);
            graph = graph.Aggregate(parts, count);
        }
    }

    /// <summary>Moves nodes to better communities until no move is better; after a move, only the neighbours are visited again.</summary>
    private void MoveNodes(WeightedGraph graph, int[] communities)
    {
        int count = graph.NodeCount;
        var (sums, strengths, sizes) = (new NeighbourSums(count), new double[count], new int[count]);
        for (int node = 0; node < count; node++)
        {
            strengths[communities[node]] += graph.StrengthOf(node);
            sizes[communities[node]]++;
        }

        var empty = new Stack<int>(Enumerable.Range(0, count).Where(community => sizes[community] == 0));
        var queue = new Queue<int>(Shuffled(count));
        bool[] queued = new bool[count];
        Array.Fill(queued, true);
        for (int visited = 0; queue.TryDequeue(out int node); visited++)
        {
            if (visited % CheckEvery == 0) _cancellation.ThrowIfCancellationRequested();
            queued[node] = false;
            int from = communities[node];
            double strength = graph.StrengthOf(node);
            strengths[from] -= strength;
            if (--sizes[from] == 0) strengths[from] = 0;
            sums.Clear();
            sums.Add(graph, node, communities);
            int best = from;
            double expected = _resolution * strength / graph.TotalStrength, gain = sums[from] - (expected * strengths[from]);
            foreach (int community in CollectionsMarshal.AsSpan(sums.Touched)) Consider(community, sums[community] - (expected * strengths[community]));
            if (sizes[from] > 0 && empty.TryPeek(out int unused)) Consider(unused, 0);
            if (best != from && sizes[best] == 0) empty.Pop();
            if (best != from && sizes[from] == 0) empty.Push(from);
            communities[node] = best;
            strengths[best] += strength;
            sizes[best]++;
            if (best == from) continue;
            foreach (int neighbour in graph.NeighboursOf(node))
            {
                if (communities[neighbour] == best || queued[neighbour]) continue;
                queued[neighbour] = true;
                queue.Enqueue(neighbour);
            }

            void Consider(int community, double other)
            {
                if (other > gain + (Rounding * strength)) (best, gain) = (community, other);
            }
        }
    }

    /// <summary>
    /// Divides communities into parts: each node, while it is alone, joins a part of its community at random, a better one more likely. Only
    /// nodes and parts that are well connected with their community take part.
    /// </summary>
    /// <returns>Part of each node, 0 to below the number of nodes, <c>[nodes]</c>; parts are connected and within communities.</returns>
    private int[] Divide(WeightedGraph graph, int[] communities)
    {
        int count = graph.NodeCount;
        var (sums, chances) = (new NeighbourSums(count), new List<(int Part, double Chance)>());
        double[] communityStrengths = new double[count], strengths = new double[count], outward = new double[count];
        int[] parts = [.. Enumerable.Range(0, count)];
        bool[] alone = new bool[count];
        Array.Fill(alone, true);
        for (int node = 0; node < count; node++)
        {
            strengths[node] = graph.StrengthOf(node);
            communityStrengths[communities[node]] += strengths[node];
            outward[node] = graph.WeightWithin(node, communities);
        }

        int visited = 0;
        foreach (int node in Shuffled(count))
        {
            if (visited++ % CheckEvery == 0) _cancellation.ThrowIfCancellationRequested();
            double strength = strengths[node], whole = communityStrengths[communities[node]];
            if (!alone[node] || !IsWellConnected(node, whole)) continue;
            sums.Clear();
            sums.Add(graph, node, parts);
            chances.Clear();
            chances.Add((node, 1)); // to stay alone has a gain of 0
            double total = 1;
            foreach (int part in CollectionsMarshal.AsSpan(sums.Touched))
            {
                if (communities[part] != communities[node] || part == node || !IsWellConnected(part, whole)) continue;
                double gain = sums[part] - (_resolution * strength * strengths[part] / graph.TotalStrength);
                if (gain < 0) continue;
                double chance = Math.Exp(gain / (strength * Randomness));
                total += chance;
                chances.Add((part, chance));
            }

            int chosen = Draw(chances, total);
            if (chosen == node) continue;
            parts[node] = chosen;
            alone[chosen] = false;
            strengths[chosen] += strength;
            outward[chosen] += outward[node] - (2 * sums[chosen]);
        }

        return parts;

        bool IsWellConnected(int part, double whole) =>
            outward[part] >= _resolution * strengths[part] * (whole - strengths[part]) / graph.TotalStrength;
    }

    private int Draw(List<(int Part, double Chance)> chances, double total)
    {
        double left = _random.NextDouble() * total;
        foreach (var (part, chance) in chances)
        {
            left -= chance;
            if (left < 0) return part;
        }

        return chances[^1].Part;
    }

    private int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        _random.Shuffle(order);
        return order;
    }

    /// <summary>
    /// Divides communities without a path between all their nodes, which the random division leaves whole if it happens to join no nodes.
    /// </summary>
    private static int[] Connected(WeightedGraph graph, int[] communities)
    {
        var sets = new DisjointSets(graph.NodeCount);
        for (int node = 0; node < graph.NodeCount; node++)
            foreach (int neighbour in graph.NeighboursOf(node))
                if (communities[neighbour] == communities[node]) sets.Join(node, neighbour);
        return [.. Enumerable.Range(0, graph.NodeCount).Select(sets.Find)];
    }

    /// <summary>Numbers groups from 0 without gaps.</summary>
    private static (int[] Groups, int Count) Number(int[] groups)
    {
        var numbered = Partition.FromGroups(groups, groups);
        return (numbered.Labels, numbered.Clusters);
    }
}
