using CsCheck;
using InterestService.Pipeline.Clustering;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class MembershipsTests
{
    [Fact]
    public void Probabilities_sum_to_1_and_the_nearest_comes_first() => Gen.Int[1, 40].SelectMany(n =>
        Gen.Select(Gen.Float[-1, 1].Array[n * 3], Gen.Int[1, 7].SelectMany(k => Gen.Float[-1, 1].Array[k * 3]))).Sample((points, centroids) =>
    {
        Matrix x = new(points.Length / 3, 3, points), c = new(centroids.Length / 3, 3, centroids);
        var (labels, _) = KMeans.Assign(x, c);
        var memberships = Memberships.Of(x, c, labels);
        for (int row = 0; row < x.Rows; row++)
        {
            var probabilities = memberships.Probabilities.AsSpan(row * memberships.Width, memberships.Width).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-4);
            Assert.Equal(probabilities.OrderDescending(), probabilities);
        }
    });

    [Fact]
    public void A_point_between_two_centroids_belongs_to_both_alike()
    {
        Matrix points = new(3, 1, [0, 1, .5f]), centroids = new(2, 1, [0, 1]);
        var memberships = Memberships.Of(points, centroids, [0, 1, 0]);
        Assert.Equal(.5, memberships.Probabilities[4], 1e-6);
        Assert.True(memberships.Probabilities[0] > .9);
    }

    [Fact]
    public void Points_on_their_centroids_are_certain()
    {
        Matrix points = new(2, 2, [1, 0, 0, 1]);
        Assert.Equal([1f, 0f, 1f, 0f], Memberships.Of(points, points, [0, 1]).Probabilities);
    }
}
