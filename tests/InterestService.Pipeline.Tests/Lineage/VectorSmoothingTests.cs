using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Lineage;

public sealed class VectorSmoothingTests
{
    private static readonly Matrix _current = TestPoints.Normalised(TestPoints.Uniform(200, 6, seed: 1));
    private static readonly int[] _known = new int[200];

    [Fact]
    public void A_rotation_or_reflection_of_the_space_changes_nothing()
    {
        // Columns in another order, every other one with the opposite sign.
        var rotated = Map(_current, (row, j) => row[(j + 1) % 6] * (j % 2 == 0 ? 1 : -1));
        AssertClose(_current, VectorSmoothing.Smooth(_current, new PreviousUsers(rotated, _known), .75, threads: 1), 1e-5f);
    }

    [Fact]
    public void Unchanged_vectors_are_returned_as_the_same_instance() =>
        Assert.Same(_current, VectorSmoothing.Smooth(_current, new PreviousUsers(new Matrix(200, 6, [.. _current.Values]), _known), .75, threads: 1));

    [Fact]
    public void Previous_vectors_of_another_length_are_ignored() =>
        Assert.Same(_current, VectorSmoothing.Smooth(_current, new PreviousUsers(new Matrix(200, 5), _known), .75, threads: 1));

    [Fact]
    public void The_vector_of_a_moved_user_is_smoothed_towards_the_previous_one()
    {
        var previous = new Matrix(200, 6, [.. _current.Values]);
        previous.Row(7).Clear();
        previous.Row(7)[0] = 1;
        var smoothed = VectorSmoothing.Smooth(_current, new PreviousUsers(previous, _known), .75, threads: 1);
        Assert.InRange(Dot(smoothed.Row(7), previous.Row(7)), Dot(_current.Row(7), previous.Row(7)) + .05, .999);
        Assert.All(Enumerable.Range(0, 200), row => Assert.Equal(1, Dot(smoothed.Row(row), smoothed.Row(row)), 1e-5));
        Assert.InRange(Dot(smoothed.Row(8), _current.Row(8)), .999, 1.001);
    }

    [Fact]
    public void New_users_keep_the_vector_of_the_encoder()
    {
        var previous = TestPoints.Normalised(TestPoints.Uniform(200, 6, seed: 2));
        previous.Row(3).Clear();
        int[] clusters = [.. _known];
        clusters[3] = -1;
        var smoothed = VectorSmoothing.Smooth(_current, new PreviousUsers(previous, clusters), .75, threads: 1);
        Assert.Equal(_current.Row(3).ToArray(), smoothed.Row(3).ToArray());
        Assert.NotEqual(_current.Row(4).ToArray(), smoothed.Row(4).ToArray());
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
