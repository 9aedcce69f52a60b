using CsCheck;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class MembershipsTests
{
    [Fact]
    public void Probabilities_sum_to_1_and_the_nearest_comes_first() => Gen.Int[1, 40].SelectMany(n =>
        Gen.Select(Gen.Float[-1, 1].Array[n * 3], Gen.Int[1, 7].SelectMany(k => Gen.Float[-1, 1].Array[k * 3])))
        .Sample((points, centroids) =>
    {
        Matrix x = new(points.Length / 3, 3, points), c = new(centroids.Length / 3, 3, centroids);
        var (labels, _) = Run.Assign(x, c);
        var memberships = Compute(x, c, labels);
        for (int row = 0; row < x.Rows; row++)
        {
            var probabilities = memberships.Probabilities.AsSpan(row * memberships.Width, memberships.Width).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-4);
            Assert.Equal(probabilities[0], probabilities.Max());
            Assert.Equal(probabilities[1..].OrderDescending(), probabilities[1..]);
        }
    });

    [Fact]
    public void A_point_between_two_centroids_belongs_to_both_equally()
    {
        Matrix points = new(3, 1, [0, 1, .5f]), centroids = new(2, 1, [0, 1]);
        Assert.Equal(.5, Compute(points, centroids, [0, 1, 0]).Probabilities[4], 1e-6);
    }

    [Fact]
    public void Points_at_their_centroids_have_the_maximum_probability_for_their_number()
    {
        Matrix centroids = new(2, 2, [1, 0, 0, 1]), points = new(98, 2, [.. Enumerable.Range(0, 49).SelectMany(_ => centroids.Values)]);
        var memberships = Compute(points, centroids, [.. Enumerable.Range(0, 98).Select(row => row % 2)]);
        Assert.All(Enumerable.Range(0, 98), row => Assert.Equal(1 - (.5 / 99), memberships.Probabilities[2 * row], 1e-4));
        Assert.All(Enumerable.Range(0, 98), row => Assert.Equal(row % 2, memberships.Clusters[2 * row]));
    }

    [Fact]
    public void Probabilities_of_short_histories_match_the_final_clusters_of_similar_ones()
    {
        // All histories are at the first centroid: of the hundred with one item seventy end in its cluster, of those with eight all do.
        Matrix centroids = new(2, 2, [1, 0, 0, 1]);
        Matrix histories = new(200, 2, [.. Enumerable.Range(0, 200).SelectMany(_ => new[] { 1f, 0f })]);
        int[] activity = [.. Enumerable.Range(0, 200).Select(row => row < 100 ? 1 : 8)];
        int[] final = [.. Enumerable.Range(0, 200).Select(row => row < 30 ? 1 : 0)];
        var calibration = MembershipCalibration.Fit(histories, activity, final, centroids);
        var memberships = Compute(new Matrix(3, 2, [1, 0, 1, 0, 1, 0]), [1, 3, 80], centroids, calibration);
        Assert.Equal(.7, memberships.Probabilities[0], .005);
        Assert.InRange(memberships.Probabilities[2], .75, .98);
        Assert.Equal(1 - (.5 / 101), memberships.Probabilities[4], 1e-3);
    }

    [Fact]
    public void Histories_that_say_nothing_of_a_cluster_do_not_count()
    {
        Matrix centroids = new(2, 2, [1, 0, 0, 1]), points = new(1, 2, [1, 0]);
        Matrix histories = new(60, 2, [.. Enumerable.Range(0, 60).SelectMany(row => row < 40 ? new[] { .8f, .6f } : [0f, 1f])]);
        int[] activity = [.. Enumerable.Range(0, 60).Select(_ => 1)];
        var with = MembershipCalibration.Fit(histories, activity, [.. Enumerable.Range(0, 60).Select(row => row < 40 ? row % 4 / 3 : -1)], centroids);
        var without = MembershipCalibration.Fit(
            histories.SelectRows([.. Enumerable.Range(0, 40)]), activity[..40], [.. Enumerable.Range(0, 40).Select(row => row % 4 / 3)], centroids);
        Assert.Equal(Compute(points, [1], centroids, without).Probabilities, Compute(points, [1], centroids, with).Probabilities);
        var none = MembershipCalibration.Fit(histories, activity, [.. Enumerable.Range(0, 60).Select(_ => -1)], centroids);
        Assert.InRange(Compute(points, [1], centroids, none).Probabilities[0], .5, .51);
    }

    [Fact]
    public void Clusters_beyond_the_width_do_not_change_the_first_probability()
    {
        Matrix centroids = new(7, 7), points = new(1, 7);
        for (int c = 0; c < 7; c++) centroids.Row(c)[c] = 1;
        points.Values[0] = 1;
        var calibration = MembershipCalibration.Fit(points, [1], [0], centroids);
        float[] all = Compute(points, [1], centroids, calibration, width: 7).Probabilities;
        float[] five = Compute(points, [1], centroids, calibration).Probabilities;
        Assert.Equal(5, five.Length);
        Assert.Equal(all[0], five[0]);
        Assert.Equal(1, five.Sum(), 1e-5);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_bytes_and_cancellation_stops()
    {
        Matrix points = TestPoints.Uniform(5_000, 8, 1), centroids = TestPoints.Uniform(6, 8, 2);
        int[] activity = [.. Enumerable.Range(1, 5_000)];
        var calibration = MembershipCalibration.Fit(points, activity, Run.Assign(points, centroids).Labels, centroids);
        var one = Memberships.Compute(points, activity, centroids, calibration, 1, TestContext.Current.CancellationToken);
        var four = Memberships.Compute(points, activity, centroids, calibration, 4, TestContext.Current.CancellationToken);
        Assert.Equal(one.Probabilities, four.Probabilities);
        Assert.Throws<OperationCanceledException>(
            () => Memberships.Compute(points, activity, centroids, calibration, 1, new CancellationToken(true)));
    }

    private static Memberships Compute(Matrix points, Matrix centroids, int[] labels)
    {
        int[] activity = [.. labels.Select(_ => 1)];
        return Compute(points, activity, centroids, MembershipCalibration.Fit(points, activity, labels, centroids));
    }

    private static Memberships Compute(Matrix points, int[] activity, Matrix centroids, MembershipCalibration calibration, int width = 5) =>
        Memberships.Compute(points, activity, centroids, calibration, 2, TestContext.Current.CancellationToken, width);
}
