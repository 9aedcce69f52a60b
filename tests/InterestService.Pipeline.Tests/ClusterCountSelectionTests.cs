using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests;

public sealed class ClusterCountSelectionTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void The_number_of_planted_groups_is_found(int groups)
    {
        var choice = Choose(Groups(groups, 60));
        Assert.Equal(groups, choice.Chosen);
        Assert.Equal(choice.Candidates.Select(candidate => candidate.Clusters).Order(), choice.Candidates.Select(candidate => candidate.Clusters));
        Assert.All(choice.Candidates, candidate => Assert.Equal((candidate.Silhouette + candidate.Stability!.Value) / 2, candidate.Score!.Value, 1e-12));
        Assert.Equal(groups * 60 < 250, choice.Stopped is not null);
    }

    [Fact]
    public void Candidates_end_at_the_number_of_distinct_points()
    {
        var kinds = Groups(4, 1);
        var choice = Choose(kinds.SelectRows([.. Enumerable.Range(0, 120).Select(row => row % 4)]));
        Assert.Equal(4, choice.Chosen);
        Assert.Equal([2, 3, 4], choice.Candidates.Select(candidate => candidate.Clusters));
        Assert.Contains("fewer than 5 different vectors", choice.Stopped, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_points_form_one_cluster()
    {
        var choice = Choose(Groups(1, 7));
        Assert.Equal(1, choice.Chosen);
        Assert.Contains("there are 7", choice.Stopped, StringComparison.Ordinal);
    }

    private static ClusterCountChoice Choose(Matrix points) => ClusterCountSelection.Choose(
        points,
        (sample, count, seed) => KMeansClustering.Fit(sample, new KMeansOptions { Clusters = count, Seed = seed }, null, TestContext.Current.CancellationToken).Labels,
        seed: 1, threads: 2, _ => { }, TestContext.Current.CancellationToken);

    /// <summary>Unit vectors around as many axes as there are groups.</summary>
    private static Matrix Groups(int groups, int pointsPerGroup)
    {
        var random = new Random(2);
        var points = new Matrix(groups * pointsPerGroup, groups + 1);
        for (int row = 0; row < points.Rows; row++)
        {
            double length = 0;
            for (int column = 0; column < points.Columns; column++)
            {
                points.Row(row)[column] = (column == row / pointsPerGroup ? 1 : 0) + .15f * (random.NextSingle() - .5f);
                length += points.Row(row)[column] * points.Row(row)[column];
            }

            for (int column = 0; column < points.Columns; column++) points.Row(row)[column] /= (float)Math.Sqrt(length);
        }

        return points;
    }
}
