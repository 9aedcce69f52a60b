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
        var space = ClusteringSpace.Fit(points, clusters, threads: 2, Cancellation);
        Assert.Equal((300, expected), Shape(space.Project(points, threads: 2, Cancellation)));
    }

    [Fact]
    public void Projected_rows_have_unit_length_unless_the_row_is_zero()
    {
        var points = Directions(500, 64, seed: 2);
        points.Row(7).Clear();
        var projected = ClusteringSpace.Fit(points, 10, threads: 2, Cancellation).Project(points, threads: 2, Cancellation);
        for (int row = 0; row < projected.Rows; row++) Assert.Equal(row == 7 ? 0 : 1, TestPoints.SquaredDistance(projected.Row(row), new float[projected.Columns]), 1e-4);
    }

    [Fact]
    public void The_row_of_a_point_depends_on_nothing_else()
    {
        var points = Directions(5000, 64, seed: 3);
        var space = ClusteringSpace.Fit(points, 10, threads: 2, Cancellation);
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
        var projected = ClusteringSpace.Fit(points, Groups, threads: 2, Cancellation).Project(points, threads: 2, Cancellation);
        double before = AdjustedRandIndex.Compute(truth, Labels(points)), after = AdjustedRandIndex.Compute(truth, Labels(projected));
        Assert.True(after > before, $"{before} and {after}");

        static int[] Labels(Matrix rows) => Run.Fit(rows, new() { Clusters = Groups, Seed = 1 }).Labels;
    }

    private static (int Rows, int Columns) Shape(Matrix matrix) => (matrix.Rows, matrix.Columns);

    private static Matrix Directions(int rows, int columns, int seed) => TestPoints.Normalised(TestPoints.Uniform(rows, columns, seed));
}
