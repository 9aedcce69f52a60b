using CsCheck;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class SilhouetteTests
{
    [Fact]
    public void Four_points_on_a_line_match_the_hand_computation()
    {
        // a = 1; b = 10.5, 9.5, 9.5, 10.5
        SilhouetteResult result = Run.Silhouette(new Matrix(4, 1, [0, 1, 10, 11]), [0, 0, 1, 1]);
        Assert.Equal(((9.5 / 10.5) + (8.5 / 9.5)) / 2, result.Score, 1e-7);
        Assert.Equal((0, 4), (result.StandardError, result.SampleSize));
    }

    [Fact]
    public void The_iris_sample_matches_scikit_learn()
    {
        SilhouetteResult result = Run.Silhouette(IrisSample.Points, IrisSample.Labels);
        Assert.Equal(.5000601407443668, result.Score, 1e-6);
        Assert.Equal(.8853192539089374, result.PerCluster[0], 1e-6);
        Assert.Equal(.3082520307341427, result.PerCluster[1], 1e-6);
        Assert.Equal(.30660913759002034, result.PerCluster[2], 1e-6);
        Assert.Equal(.6631873898496984, Run.SimplifiedSilhouette(IrisSample.Points, IrisSample.Labels), 1e-6);
    }

    [Fact]
    public void The_result_matches_the_definition()
    {
        Gen.Select(Gen.Int[2, 150], Gen.Int[1, 20], Gen.Int[2, 9], Gen.Int[0, 3], Gen.Int[0, 1_000_000])
            .Sample((rows, columns, clusters, grid, seed) =>
            {
                Matrix points = TestPoints.Uniform(rows, columns, seed, grid);
                var random = new Random(seed);
                int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-1, clusters))];
                Assert.Equal(ByDefinition(points, labels), Run.Silhouette(points, labels).Score, 1e-6);
            });
    }

    [Fact]
    public void Noise_is_ignored()
    {
        (Matrix points, int[] labels) = IrisSample.WithNoise();
        SilhouetteResult result = Run.Silhouette(points, labels);
        Assert.Equal(.5000601407443668, result.Score, 1e-6);
        Assert.Equal(12, result.SampleSize);
        Assert.Equal(.6631873898496984, Run.SimplifiedSilhouette(points, labels), 1e-6);
    }

    [Fact]
    public void Only_one_cluster_only_noise_or_only_singletons_give_0()
    {
        Matrix points = TestPoints.Uniform(4, 3, 1);
        foreach (int[] labels in new int[][] { [2, 2, 2, 2], [-1, -1, -1, -1], [0, 1, 2, 3], [-1, -1, -1, 0] })
        {
            SilhouetteResult result = Run.Silhouette(points, labels);
            Assert.Equal((0, 0), (result.Score, result.StandardError));
            Assert.All(result.PerCluster, mean => Assert.Equal(0, mean));
            Assert.Equal(0, Run.SimplifiedSilhouette(points, labels));
        }
    }

    [Fact]
    public void Identical_points_give_0_and_labels_may_have_gaps()
    {
        SilhouetteResult result = Run.Silhouette(new Matrix(4, 2), [1, 1, 4, 4]);
        Assert.Equal(0, result.Score);
        Assert.Equal(5, result.PerCluster.Length);
        Assert.Equal(0, Run.SimplifiedSilhouette(new Matrix(4, 2), [1, 1, 4, 4]));
    }

    [Fact]
    public void A_sample_is_within_its_standard_error_and_repeatable()
    {
        Matrix points = TestPoints.Blobs(8_000, 8, 6, 3, 5);
        int[] labels = [.. Enumerable.Range(0, 8_000).Select(row => row < 3 ? 6 : row % 6)];
        var options = new SilhouetteOptions { SampleSize = 4_000, Seed = 1 };
        SilhouetteResult exact = Run.Silhouette(points, labels), sampled = Run.Silhouette(points, labels, options);
        Assert.InRange(sampled.SampleSize, 1_990, 2_010);
        Assert.InRange(sampled.StandardError, 1e-5, .01);
        Assert.Equal(exact.Score, sampled.Score, 4 * sampled.StandardError);
        Assert.Equal(7, sampled.PerCluster.Length);
        SilhouetteResult again = Run.Silhouette(points, labels, options);
        Assert.Equal(sampled.Score, again.Score);
        Assert.Equal(sampled.PerCluster, again.PerCluster);
        Assert.NotEqual(sampled.Score, Run.Silhouette(points, labels, options with { Seed = 2 }).Score);
    }

    [Fact]
    public void The_points_of_a_sample_have_a_standard_error_though_all_are_measured()
    {
        Matrix many = TestPoints.Blobs(8_000, 8, 6, 3, 5), few = many.SelectRows([.. Enumerable.Range(0, 500)]);
        SilhouetteResult estimate = Run.Silhouette(few, Labels(few), new() { IsSample = true });
        Assert.Equal(0, Run.Silhouette(few, Labels(few)).StandardError);
        Assert.InRange(estimate.StandardError, 1e-5, .05);
        Assert.Equal(Run.Silhouette(many, Labels(many)).Score, estimate.Score, 4 * estimate.StandardError);
        Assert.True(double.IsFinite(Run.Silhouette(few, [.. Labels(few)[..^1], 6], new() { IsSample = true }).StandardError)); // a cluster of one

        static int[] Labels(Matrix points) => [.. Enumerable.Range(0, points.Rows).Select(row => row % 6)];
    }

    [Fact]
    public void Simplified_silhouette_matches_the_hand_computation()
    {
        // Means .5 and 10.5; a = .5; b = 10.5, 9.5, 9.5, 10.5
        double score = Run.SimplifiedSilhouette(new Matrix(4, 1, [0, 1, 10, 11]), [0, 0, 1, 1]);
        Assert.Equal(((10 / 10.5) + (9 / 9.5)) / 2, score, 1e-7);
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Matrix points = TestPoints.Uniform(4, 3, 1);
        Assert.Throws<ArgumentException>(() => Run.Silhouette(points, [0, 1]));
        Assert.ThrowsAny<ArgumentException>(() => Run.Silhouette(points, [0, 1, 0, 1], new() { SampleSize = 1 }));
        points.Row(2)[1] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => Run.Silhouette(points, [0, 1, 0, 1]));
        Assert.Contains("Row 2", error.Message, StringComparison.Ordinal);
    }

    private static double ByDefinition(Matrix points, int[] labels)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0)];
        int[] clusters = [.. rows.Select(row => labels[row]).Distinct()];
        if (clusters.Length < 2)
            return 0;
        return rows.Average(row =>
        {
            double MeanDistance(int cluster) => rows.Where(other => other != row && labels[other] == cluster)
                .Average(other => Math.Sqrt(TestPoints.SquaredDistance(points.Row(row), points.Row(other))));
            if (rows.Count(other => labels[other] == labels[row]) == 1)
                return 0;
            double a = MeanDistance(labels[row]), b = clusters.Where(c => c != labels[row]).Min(MeanDistance);
            return a == b ? 0 : (b - a) / Math.Max(a, b);
        });
    }
}
