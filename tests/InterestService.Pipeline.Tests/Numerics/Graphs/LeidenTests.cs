using CsCheck;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Graphs;

namespace InterestService.Pipeline.Tests.Numerics.Graphs;

public sealed class LeidenTests
{
    /// <summary>Friendships in a karate club (Zachary 1977): from each member, the members with a higher number.</summary>
    private static readonly int[][] _karate =
    [
        [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31], [2, 3, 7, 13, 17, 19, 21, 30], [3, 7, 8, 9, 13, 27, 28, 32], [7, 12, 13],
        [6, 10], [6, 10, 16], [16], [], [30, 32, 33], [33], [], [], [], [33], [32, 33], [32, 33], [], [], [32, 33], [33], [32, 33], [],
        [32, 33], [25, 27, 29, 32, 33], [25, 27, 31], [31], [29, 33], [33], [31, 33], [32, 33], [32, 33], [32, 33], [33], [],
    ];

    /// <summary>Graphs with isolated nodes, parts without a path between them, edges of a node to itself, of weight 0 and given twice.</summary>
    private static readonly Gen<(int Nodes, (int A, int B, double Weight)[] Edges, double Resolution, int Seed)> _graphs =
        from nodes in Gen.Int[0, 60]
        from edges in Gen.Select(Gen.Int[0, Math.Max(0, nodes - 1)], Gen.Int[0, Math.Max(0, nodes - 1)], Gen.Double[0, 2]).Array[0, nodes == 0 ? 0 : 150]
        from zeros in Gen.Int[1, 5]
        from resolution in Gen.Double[0, 4]
        from seed in Gen.Int[0, 1_000]
        select (nodes, edges.Select((edge, i) => i % zeros == 1 ? (edge.Item1, edge.Item2, 0) : edge).ToArray(), resolution, seed);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_karate_club_has_four_communities_and_its_known_maximum_of_modularity()
    {
        var graph = WeightedGraph.FromEdges(34, [.. _karate.SelectMany((others, member) => others.Select(other => (member, other, 1.0)))]);
        Assert.Equal(156, graph.TotalStrength);
        for (int seed = 0; seed < 10; seed++)
        {
            var found = Leiden.Find(graph, 1, seed, Cancellation);
            Assert.Equal(4, found.Clusters);
            Assert.Equal(.4198, Leiden.Modularity(graph, found.Labels), 1e-4);
        }
    }

    [Fact]
    public void Modularity_matches_the_hand_computation()
    {
        // Two triangles with an edge between them: 6 of 7 edges are inside, strengths 7 and 7 of 14.
        var graph = WeightedGraph.FromEdges(6, [(0, 1, 1), (1, 2, 1), (0, 2, 1), (3, 4, 1), (4, 5, 1), (3, 5, 1), (2, 3, 1)]);
        Assert.Equal((6.0 / 7) - .5, Leiden.Modularity(graph, [0, 0, 0, 1, 1, 1]), 1e-12);
        Assert.Equal((6.0 / 7) - 1, Leiden.Modularity(graph, [0, 0, 0, 1, 1, 1], resolution: 2), 1e-12);
        Assert.Equal(0, Leiden.Modularity(graph, new int[6]), 1e-12);

        // An edge of a node to itself counts twice in its strength: 4 of 6, all inside.
        var loop = WeightedGraph.FromEdges(2, [(0, 0, 2), (0, 1, 1)]);
        Assert.Equal(5, loop.StrengthOf(0));
        Assert.Equal((4.0 / 6) - ((25.0 + 1) / 36), Leiden.Modularity(loop, [0, 1]), 1e-12);
    }

    [Theory]
    [InlineData(4, 40, .3, .02)]
    [InlineData(10, 30, .5, .02)]
    [InlineData(25, 12, .8, .01)]
    public void Planted_groups_are_recovered(int groups, int size, double inside, double outside)
    {
        var random = new Random(groups);
        int nodes = groups * size;
        int[] planted = [.. Enumerable.Range(0, nodes).Select(node => node % groups)];
        var edges = from a in Enumerable.Range(0, nodes)
                    from b in Enumerable.Range(0, a)
                    where random.NextDouble() < (planted[a] == planted[b] ? inside : outside)
                    select (a, b, 1.0);
        var graph = WeightedGraph.FromEdges(nodes, [.. edges]);
        Assert.Equal(1, AdjustedRandIndex.Compute(planted, Leiden.Find(graph, 1, 1, Cancellation).Labels), 1e-9);
    }

    [Fact]
    public void A_higher_resolution_divides_a_ring_of_cliques_that_a_lower_one_joins()
    {
        // The resolution limit (Fortunato and Barthélemy 2007): modularity joins neighbouring cliques of a long ring.
        const int Cliques = 30, Size = 5;
        var edges = new List<(int, int, double)>();
        for (int clique = 0; clique < Cliques; clique++)
        {
            for (int a = 0; a < Size; a++)
                for (int b = 0; b < a; b++) edges.Add(((clique * Size) + a, (clique * Size) + b, 1));
            edges.Add((clique * Size, ((clique + 1) % Cliques * Size) + 1, 1));
        }

        var graph = WeightedGraph.FromEdges(Cliques * Size, edges);
        Assert.True(Leiden.Find(graph, 1, 1, Cancellation).Clusters < Cliques);
        Assert.Equal(Cliques, Leiden.Find(graph, 3, 1, Cancellation).Clusters);
    }

    [Fact]
    public void Every_community_is_connected_and_every_node_has_one() => _graphs.Sample((nodes, edges, resolution, seed) =>
    {
        var graph = WeightedGraph.FromEdges(nodes, edges);
        var found = Leiden.Find(graph, resolution, seed, Cancellation);
        Assert.Equal(nodes, found.Labels.Length);
        Assert.Equal(found.Clusters, found.Labels.Distinct().Count());
        Assert.Equal(found.Clusters, Components(graph, found.Labels));
    });

    [Fact]
    public void No_node_gains_by_moving_and_modularity_is_at_least_that_of_single_nodes() => _graphs.Sample((nodes, edges, resolution, seed) =>
    {
        var graph = WeightedGraph.FromEdges(nodes, edges);
        int[] labels = Leiden.Find(graph, resolution, seed, Cancellation).Labels;
        double reached = Leiden.Modularity(graph, labels, resolution);
        Assert.True(reached >= Leiden.Modularity(graph, [.. Enumerable.Range(0, nodes)], resolution) - 1e-9);
        for (int node = 0; node < nodes; node++)
            foreach (int neighbour in graph.NeighboursOf(node))
            {
                int[] moved = [.. labels];
                moved[node] = labels[neighbour];
                Assert.True(Leiden.Modularity(graph, moved, resolution) <= reached + 1e-7);
            }
    });

    [Fact]
    public void The_same_seed_gives_the_same_communities() => _graphs.Sample((nodes, edges, resolution, seed) =>
    {
        var graph = WeightedGraph.FromEdges(nodes, edges);
        Assert.Equal(Leiden.Find(graph, resolution, seed, Cancellation).Labels, Leiden.Find(graph, resolution, seed, Cancellation).Labels);
    });

    [Fact]
    public void The_scale_of_the_weights_does_not_matter() => _graphs.Sample((nodes, edges, resolution, seed) =>
    {
        var graph = WeightedGraph.FromEdges(nodes, edges);
        var scaled = WeightedGraph.FromEdges(nodes, [.. edges.Select(edge => (edge.A, edge.B, edge.Weight * 1024))]); // exact in binary
        Assert.Equal(Leiden.Find(graph, resolution, seed, Cancellation).Labels, Leiden.Find(scaled, resolution, seed, Cancellation).Labels);
    });

    [Fact]
    public void Nodes_without_edges_are_alone()
    {
        Assert.Equal(0, Leiden.Find(WeightedGraph.FromEdges(0, []), 1, 1, Cancellation).Clusters);
        Assert.Equal([0, 1, 2], Leiden.Find(WeightedGraph.FromEdges(3, [(0, 1, 0), (2, 2, 5)]), 1, 1, Cancellation).Labels);
        Assert.Equal(0, Leiden.Modularity(WeightedGraph.FromEdges(3, []), [0, 1, 2]));
    }

    [Fact]
    public void An_aggregated_graph_has_the_strengths_and_the_modularity_of_its_groups() => _graphs.Sample((nodes, edges, resolution, seed) =>
    {
        var graph = WeightedGraph.FromEdges(nodes, edges);
        var random = new Random(seed);
        var groups = Partition([.. Enumerable.Range(0, nodes).Select(_ => random.Next(5))]);
        var aggregated = graph.Aggregate(groups.Labels, groups.Clusters);
        Assert.Equal(graph.TotalStrength, aggregated.TotalStrength, 1e-9);
        Assert.Equal(
            Leiden.Modularity(graph, groups.Labels, resolution),
            Leiden.Modularity(aggregated, [.. Enumerable.Range(0, groups.Clusters)], resolution), 1e-9);
    });

    [Fact]
    public void Invalid_arguments_are_rejected_and_cancellation_stops()
    {
        Assert.Throws<ArgumentException>(() => WeightedGraph.FromEdges(2, [(0, 2, 1)]));
        Assert.Throws<ArgumentException>(() => WeightedGraph.FromEdges(2, [(-1, 0, 1)]));
        foreach (double weight in (double[])[-1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentException>(() => WeightedGraph.FromEdges(2, [(0, 1, weight)]));
        var graph = WeightedGraph.FromEdges(2, [(0, 1, 1)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Leiden.Find(graph, -1, 1, Cancellation));
        Assert.ThrowsAny<OperationCanceledException>(() => Leiden.Find(graph, 1, 1, new CancellationToken(canceled: true)));
    }

    private static Partition Partition(int[] groups)
    {
        int[] distinct = [.. groups.Distinct()];
        int[] labels = Array.ConvertAll(groups, group => Array.IndexOf(distinct, group));
        return new Partition(labels, labels, distinct.Length);
    }

    /// <summary>Counts the connected parts of all communities.</summary>
    private static int Components(WeightedGraph graph, int[] labels)
    {
        bool[] seen = new bool[graph.NodeCount];
        int components = 0;
        for (int start = 0; start < graph.NodeCount; start++)
        {
            if (seen[start]) continue;
            components++;
            var open = new Stack<int>([start]);
            seen[start] = true;
            while (open.TryPop(out int node))
                foreach (int neighbour in graph.NeighboursOf(node))
                {
                    if (seen[neighbour] || labels[neighbour] != labels[node]) continue;
                    seen[neighbour] = true;
                    open.Push(neighbour);
                }
        }

        return components;
    }
}
