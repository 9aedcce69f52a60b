using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class PartitionTests
{
    private static readonly Partition _partition = new([0, -1, 1, 1], [0, 0, 1, 1], 2);

    [Fact]
    public void The_largest_cluster_comes_first_and_noise_stays_noise()
    {
        var sorted = _partition.BySize();
        Assert.Equal([1, -1, 0, 0], sorted.Labels);
        Assert.Equal([1, 1, 0, 0], sorted.Nearest);
    }

    [Fact]
    public void Strengths_and_persistences_follow_their_points_and_clusters()
    {
        var sorted = (_partition with { Strengths = [1, 0, .5f, 1], Persistences = [.2f, .6f] }).BySize();
        Assert.Equal([1, 0, .5f, 1], sorted.Strengths!);
        Assert.Equal([.6f, .2f], sorted.Persistences!);
        var fallback = new Partition([-1, -1], [-1, -1], 0) { Strengths = [0, 0], Persistences = [] }.WithSomeCluster();
        Assert.Equal([0, 0], fallback.Strengths!);
        Assert.Equal([0], fallback.Persistences!);
    }

    [Fact]
    public void Centroids_are_mean_directions_of_the_members_without_noise()
    {
        Matrix points = new(4, 2, [1, 0, 0, 1, .6f, .8f, .8f, .6f]);
        float[] expected = [1, 0, MathF.Sqrt(.5f), MathF.Sqrt(.5f)];
        Assert.All(_partition.Centroids(points).Values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void If_all_points_are_noise_the_centroid_is_their_mean_direction()
    {
        var noise = new Partition([-1, -1], [0, 0], 1);
        Assert.Equal(MathF.Sqrt(.5f), noise.Centroids(new Matrix(2, 2, [1, 0, 0, 1])).Values[0], 1e-6);
    }
}
