using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;

namespace InterestService.Pipeline.Tests.Projection;

public sealed class FuzzyGraphTests
{
    [Fact]
    public void Edges_have_the_same_weight_in_both_directions_and_the_nearest_neighbour_the_highest()
    {
        var vectors = UserProjectionTests.Planted(20).Vectors;
        var graph = FuzzyGraph.Connect(vectors, 8, "cpu", 2, TestContext.Current.CancellationToken);
        for (int a = 0; a < graph.Count; a++)
        {
            int[] neighbours = graph.NeighboursOf(a).ToArray();
            Assert.Equal(neighbours.Distinct().Order(), neighbours);
            Assert.True(neighbours.Length >= 8);
            Assert.DoesNotContain(a, neighbours);
            for (int i = 0; i < neighbours.Length; i++)
            {
                float weight = graph.WeightsOf(a)[i];
                Assert.InRange(weight, float.Epsilon, 1);
                Assert.Equal(weight, graph.WeightsOf(neighbours[i])[graph.NeighboursOf(neighbours[i]).IndexOf(a)]);
            }

            int nearest = neighbours.MinBy(b => RowMath.SquaredDistance(vectors.Row(a), vectors.Row(b)));
            Assert.Equal(1, graph.WeightsOf(a)[Array.IndexOf(neighbours, nearest)], 1e-6f);
        }
    }

    [Fact]
    public void Weights_do_not_depend_on_the_unit_of_the_distances()
    {
        var vectors = UserProjectionTests.Planted(4).Vectors;
        var large = new Matrix(vectors.Rows, vectors.Columns, [.. vectors.Values.Select(value => 1024 * value)]);
        FuzzyGraph one = FuzzyGraph.Connect(vectors, 5, "cpu", 1, TestContext.Current.CancellationToken), other = FuzzyGraph.Connect(large, 5, "cpu", 1, TestContext.Current.CancellationToken);
        for (int a = 0; a < one.Count; a++)
        {
            Assert.Equal(one.NeighboursOf(a), other.NeighboursOf(a));
            Assert.Equal(one.WeightsOf(a).ToArray(), other.WeightsOf(a).ToArray(), (x, y) => Math.Abs(x - y) < 1e-4);
        }
    }
}
