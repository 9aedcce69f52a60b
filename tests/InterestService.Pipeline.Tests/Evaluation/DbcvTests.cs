using CsCheck;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class DbcvTests
{
    [Fact]
    public void Two_lines_match_the_hand_computation()
    {
        // Points 0, 1, 2, 3 and 10, 11, 12, 13; core distances at the inner nodes 3 / (1 + 1 + 1/2) = 1.2. Inner edges are 1.2 long,
        // the inner nodes 2 and 11 are 9 apart.
        var points = new Matrix(8, 1, [0, 1, 2, 3, 10, 11, 12, 13]);
        Assert.Equal((9 - 1.2) / 9, Dbcv([0, 0, 0, 0, 1, 1, 1, 1], points), 1e-6);
        // Two clusters of two points: both are ends, so both count. Edges are 1 long, the gap is 9.
        Assert.Equal(4 / 8.0 * (8 / 9.0), Dbcv([-1, -1, 0, 0, 1, 1, -1, -1], new Matrix(8, 1, [90, 91, 0, 1, 10, 11, 92, 93])), 1e-6);
    }

    [Fact]
    public void Labelled_groups_match_a_reference_script()
    {
        // Computed with scipy's distances and minimum spanning trees; equal mutual reachabilities are ordered by distance.
        Matrix points = ReferencePoints.Groups(120, 3, 4, 7, 8, 1);
        Assert.Equal(.6068461657379942, Dbcv([.. Enumerable.Range(0, 120).Select(row => row % 8 == 7 ? -1 : row % 4)], points), 1e-5);
        points = ReferencePoints.Groups(90, 16, 3, 5, 10, 1);
        Assert.Equal(.5196529113671611, Dbcv([.. Enumerable.Range(0, 90).Select(row => row % 10 == 9 ? -1 : row % 3)], points), 1e-5);
        Assert.Equal(-.8239358875118086, Dbcv([.. Enumerable.Range(0, 90).Select(row => row % 4)], points), 1e-5);
    }

    [Fact]
    public void A_permutation_does_not_change_the_index_which_stays_in_its_range()
    {
        Gen.Select(Gen.Int[2, 80], Gen.Int[1, 8], Gen.Int[1, 5], Gen.Int[0, 1_000_000]).Sample((rows, columns, clusters, seed) =>
        {
            Matrix points = TestPoints.Uniform(rows, columns, seed);
            var random = new Random(seed);
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-1, clusters))], order = [.. Enumerable.Range(0, rows)];
            random.Shuffle(order);
            double expected = Dbcv(labels, points);
            Assert.InRange(expected, -1, 1);
            Assert.Equal(expected, Dbcv(Array.ConvertAll(order, row => labels[row]), TestPoints.Rows(points, order)), 1e-5);
        });
    }

    [Fact]
    public void Correct_labels_score_higher_than_wrong_labels_in_many_dimensions()
    {
        Matrix points = TestPoints.Normalised(TestPoints.Blobs(400, 64, 4, 1, .8));
        double correct = Dbcv([.. Enumerable.Range(0, 400).Select(row => row % 4)], points);
        double wrong = Dbcv([.. Enumerable.Range(0, 400).Select(row => row % 5)], points);
        Assert.InRange(correct, .3, 1);
        Assert.InRange(wrong, -1, -.3);
    }

    [Fact]
    public void Fewer_than_two_clusters_and_only_duplicates_give_0()
    {
        Matrix points = TestPoints.Uniform(4, 3, 1);
        foreach (int[] labels in new int[][] { [2, 2, 2, 2], [-1, -1, -1, -1], [0, 1, 2, 3], [-1, 0, 0, 1] })
            Assert.Equal(0, Dbcv(labels, points));
        Assert.Equal(0, Dbcv([1, 1, 4, 4], new Matrix(4, 2)));
    }

    [Fact]
    public void Duplicates_within_clusters_have_distance_0()
    {
        var points = new Matrix(6, 1, [0, 0, 0, 5, 5, 5]);
        Assert.Equal(1, Dbcv([0, 0, 0, 1, 1, 1], points));
    }

    [Fact]
    public void A_sample_is_close_to_the_exact_value_and_repeatable()
    {
        Matrix points = TestPoints.Blobs(2_000, 4, 3, 3, .5);
        int[] labels = [.. Enumerable.Range(0, 2_000).Select(row => row % 10 == 0 ? -1 : row % 3)];
        double exact = Dbcv(labels, points), sampled = Dbcv(labels, points, 800);
        Assert.Equal(exact, sampled, .1);
        Assert.NotEqual(exact, sampled);
        Assert.Equal(sampled, Dbcv(labels, points, 800));
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Matrix points = TestPoints.Uniform(4, 3, 1);
        Assert.Throws<ArgumentException>(() => Dbcv([0, 1], points));
        Assert.ThrowsAny<ArgumentException>(() => Dbcv([0, 1, 0, 1], points, 1));
        points.Row(2)[1] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => Dbcv([0, 1, 0, 1], points));
        Assert.Contains("Row 2", error.Message, StringComparison.Ordinal);
    }

    private static double Dbcv(int[] labels, Matrix points, int sampleSize = 10_000) =>
        Pipeline.Evaluation.Separation.Dbcv.Compute(points, labels, threads: 2, sampleSize, 0, TestContext.Current.CancellationToken);
}
