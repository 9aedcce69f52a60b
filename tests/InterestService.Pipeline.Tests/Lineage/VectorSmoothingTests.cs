using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Lineage;

public sealed class VectorSmoothingTests
{
    private static readonly Matrix _now = TestPoints.Normalised(TestPoints.Uniform(200, 6, seed: 1));
    private static readonly int[] _known = new int[200];

    [Fact]
    public void A_space_that_is_only_turned_and_mirrored_changes_nothing()
    {
        // Columns in another order, every other one with its sign turned.
        var turned = Map(_now, (row, j) => row[(j + 1) % 6] * (j % 2 == 0 ? 1 : -1));
        AssertClose(_now, VectorSmoothing.Smooth(_now, new PreviousUsers(turned, _known), .75, threads: 1), 1e-5f);
    }

    [Fact]
    public void Nothing_is_touched_when_nothing_changed() =>
        Assert.Same(_now, VectorSmoothing.Smooth(_now, new PreviousUsers(new Matrix(200, 6, [.. _now.Values]), _known), .75, threads: 1));

    [Fact]
    public void Vectors_of_another_length_are_none_to_smooth_with() =>
        Assert.Same(_now, VectorSmoothing.Smooth(_now, new PreviousUsers(new Matrix(200, 5), _known), .75, threads: 1));

    [Fact]
    public void A_user_who_moved_goes_part_of_the_way()
    {
        var before = new Matrix(200, 6, [.. _now.Values]);
        before.Row(7).Clear();
        before.Row(7)[0] = 1;
        var smoothed = VectorSmoothing.Smooth(_now, new PreviousUsers(before, _known), .75, threads: 1);
        Assert.InRange(Dot(smoothed.Row(7), before.Row(7)), Dot(_now.Row(7), before.Row(7)) + .05, .999);
        Assert.All(Enumerable.Range(0, 200), row => Assert.Equal(1, Dot(smoothed.Row(row), smoothed.Row(row)), 1e-5));
        Assert.InRange(Dot(smoothed.Row(8), _now.Row(8)), .999, 1.001);
    }

    [Fact]
    public void New_users_stand_where_the_encoder_puts_them()
    {
        var before = TestPoints.Normalised(TestPoints.Uniform(200, 6, seed: 2));
        before.Row(3).Clear();
        int[] clusters = [.. _known];
        clusters[3] = -1;
        var smoothed = VectorSmoothing.Smooth(_now, new PreviousUsers(before, clusters), .75, threads: 1);
        Assert.Equal(_now.Row(3).ToArray(), smoothed.Row(3).ToArray());
        Assert.NotEqual(_now.Row(4).ToArray(), smoothed.Row(4).ToArray());
    }

    private static Matrix Map(Matrix matrix, Func<float[], int, float> value)
    {
        var mapped = new Matrix(matrix.Rows, matrix.Columns);
        for (int row = 0; row < matrix.Rows; row++)
            for (int j = 0; j < matrix.Columns; j++) mapped.Row(row)[j] = value(matrix.Row(row).ToArray(), j);
        return mapped;
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void AssertClose(Matrix expected, Matrix actual, float tolerance) =>
        Assert.All(expected.Values.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
