using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;

namespace InterestService.Pipeline.Tests.Projection;

public sealed class NeighbourhoodPreservationTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(22)]
    [InlineData(60)]
    public void It_agrees_with_the_definition(int points)
    {
        Matrix truth = Random(points, 6, seed: 1), shown = Random(points, 2, seed: 2);
        for (int point = 0; point < points; point++) shown.Row(point)[0] += 2 * truth.Row(point)[0]; // some neighbours are kept
        var kept = Measure(truth, shown)!;
        Assert.Equal(Defined(shown, truth), kept.Trustworthiness, 1e-9);
        Assert.Equal(Defined(truth, shown), kept.Continuity, 1e-9);
        Assert.Equal(points, kept.SampleSize);
    }

    [Fact]
    public void The_same_neighbours_are_1_and_random_ones_a_half()
    {
        var points = Random(900, 2, seed: 1);
        var same = Measure(points, points)!;
        Assert.Equal((1, 1), (same.Trustworthiness, same.Continuity));
        var random = Measure(points, Random(900, 2, seed: 2))!;
        Assert.InRange(random.Trustworthiness, .47, .53);
        Assert.InRange(random.Continuity, .47, .53);
    }

    [Fact]
    public void A_sample_of_many_points_is_near_the_figure_of_all()
    {
        Matrix truth = Random(2500, 4, seed: 1), shown = new(2500, 2);
        for (int point = 0; point < 2500; point++) truth.Row(point)[..2].CopyTo(shown.Row(point));
        var kept = Measure(truth, shown)!;
        Assert.Equal(1000, kept.SampleSize);
        Assert.Equal(Defined(shown, truth), kept.Trustworthiness, .01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_is_not_defined_for_fewer_than_three_points(int points) => Assert.Null(Measure(Random(points, 3, 1), Random(points, 2, 1)));

    private static NeighbourhoodPreservation? Measure(Matrix points, Matrix places) =>
        NeighbourhoodPreservation.Measure(points, places, 1, 2, TestContext.Current.CancellationToken);

    /// <summary>Trustworthiness as it is defined, from sorted ranks; with the arguments exchanged it is the continuity.</summary>
    private static double Defined(Matrix near, Matrix rank)
    {
        int count = near.Rows, k = Math.Min(10, (count - 1) / 2);
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            int[] ranks = Order(rank, i);
            sum += Order(near, i)[..k].Sum(j => Math.Max(0, Array.IndexOf(ranks, j) + 1 - k));
        }

        return 1 - (2.0 / (count * k * ((2.0 * count) - (3 * k) - 1)) * sum);
    }

    private static int[] Order(Matrix points, int i) =>
        [.. Enumerable.Range(0, points.Rows).Where(j => j != i).OrderBy(j => RowMath.SquaredDistance(points.Row(i), points.Row(j)))];

    private static Matrix Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return new Matrix(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle())]);
    }
}
