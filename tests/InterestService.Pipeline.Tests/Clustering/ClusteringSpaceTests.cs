using System.Numerics.Tensors;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class ClusteringSpaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 64, 16)]
    [InlineData(20, 64, 25)]
    [InlineData(40, 64, 50)]
    [InlineData(null, 64, 32)]
    [InlineData(60, 64, 64)]
    [InlineData(20, 24, 24)]
    public void The_number_of_dimensions_follows_that_of_the_clusters(int? clusters, int dimensions, int expected)
    {
        var points = Directions(300, dimensions, seed: 1);
        var space = ClusteringSpace.Fit(points, clusters, whitening: 0, threads: 2, Cancellation);
        Assert.Equal((300, expected), Shape(space.Project(points, threads: 2, Cancellation)));
    }

    [Fact]
    public void Projected_rows_have_unit_length_unless_the_row_is_zero()
    {
        var points = Directions(500, 64, seed: 2);
        points.Row(7).Clear();
        var projected = ClusteringSpace.Fit(points, 10, whitening: 0, threads: 2, Cancellation).Project(points, threads: 2, Cancellation);
        for (int row = 0; row < projected.Rows; row++) Assert.Equal(row == 7 ? 0 : 1, TestPoints.SquaredDistance(projected.Row(row), new float[projected.Columns]), 1e-4);
    }

    [Fact]
    public void The_row_of_a_point_depends_on_nothing_else()
    {
        var points = Directions(5000, 64, seed: 3);
        var space = ClusteringSpace.Fit(points, 10, whitening: 0, threads: 2, Cancellation);
        float[] alone = space.Project(points.SelectRows([4321]), threads: 1, Cancellation).Values;
        Assert.Equal(space.Project(points, threads: 2, Cancellation).Row(4321).ToArray(), alone);
    }

    /// <summary>Groups in a few directions, and noise in many others that together are larger.</summary>
    [Fact]
    public void Groups_are_found_better_than_among_noise_in_other_dimensions()
    {
        const int Groups = 8;
        var random = new Random(4);
        var points = new Matrix(1200, 64);
        int[] truth = [.. Enumerable.Range(0, points.Rows).Select(row => row % Groups)];
        for (int row = 0; row < points.Rows; row++)
        {
            for (int column = 0; column < 64; column++) points.Row(row)[column] = (random.NextSingle() - .5f) * 2f;
            points.Row(row)[truth[row]] += 1.6f;
        }

        points = TestPoints.Normalised(points);
        var projected = ClusteringSpace.Fit(points, Groups, whitening: 0, threads: 2, Cancellation).Project(points, threads: 2, Cancellation);
        double before = AdjustedRandIndex.Compute(truth, Labels(points)), after = AdjustedRandIndex.Compute(truth, Labels(projected));
        Assert.True(after > before, $"{before} and {after}");

        static int[] Labels(Matrix rows) => Run.Fit(rows, new() { Clusters = Groups, Seed = 1 }).Labels;
    }

    [Theory]
    [InlineData(20, 40)]
    [InlineData(40, 64)]
    public void Whitening_evens_out_the_extents_and_keeps_more_dimensions(int clusters, int expected)
    {
        const float Ratio = 8;
        var points = TestPoints.Uniform(4000, 64, seed: 5);
        for (int row = 0; row < points.Rows; row++) points.Row(row)[3] *= Ratio;
        points = TestPoints.Normalised(points);
        var plain = ClusteringSpace.Fit(points, clusters, whitening: 0, threads: 2, Cancellation);
        var half = ClusteringSpace.Fit(points, clusters, whitening: .5, threads: 2, Cancellation);
        Assert.Equal(expected, half.Components.Length);
        double before = Extent(plain, 0) / Extent(plain, 1), after = Extent(half, 0) / Extent(half, 1);
        Assert.True(before > 2, $"{before}");
        Assert.Equal(Math.Sqrt(before), after, .01 * after);

        // Standard deviation of the points along a component, of whatever length.
        double Extent(ClusteringSpace space, int component)
        {
            double[] along = [.. Enumerable.Range(0, points.Rows).Select(row => (double)TensorPrimitives.Dot<float>(points.Row(row), space.Components[component]))];
            return Math.Sqrt(along.Average(value => value * value) - Math.Pow(along.Average(), 2));
        }
    }

    [Fact]
    public void Whitening_leaves_directions_beyond_the_rank_empty()
    {
        var points = new Matrix(100, 24);
        for (int row = 0; row < points.Rows; row++) points.Row(row)[row % 3] = 1;
        var projected = ClusteringSpace.Fit(points, 3, whitening: 1, threads: 2, Cancellation).Project(points, threads: 2, Cancellation);
        Assert.All(projected.Values, value => Assert.InRange(value, -1, 1));
        Assert.Equal(3, Enumerable.Range(0, points.Rows).Select(row => (Math.Round(projected.Row(row)[0], 3), Math.Round(projected.Row(row)[1], 3))).Distinct().Count());
    }

    private static (int Rows, int Columns) Shape(Matrix matrix) => (matrix.Rows, matrix.Columns);

    private static Matrix Directions(int rows, int columns, int seed) => TestPoints.Normalised(TestPoints.Uniform(rows, columns, seed));
}
