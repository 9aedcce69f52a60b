using System.Numerics.Tensors;
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
        Assert.All(choice.Candidates.Where(candidate => candidate.ChancePredictionStrength < .95), candidate => Assert.Equal(
            (candidate.PredictionStrength!.Value - candidate.ChancePredictionStrength!.Value) / (1 - candidate.ChancePredictionStrength.Value), candidate.Score!.Value, 1e-12));
        Assert.StartsWith($"{groups} clusters are told apart best", choice.Reason, StringComparison.Ordinal);
        Assert.Equal(groups * 60 < 250, choice.Stopped is not null);
    }

    [Theory]
    [InlineData(25, 1)]
    [InlineData(300, 2)]
    public void Two_separate_groups_are_found_although_any_cloud_along_their_line_has_reproducible_halves(int size, int seed)
    {
        var groups = Groups(2, size);
        var random = new Random(seed);
        for (int row = 0; row < groups.Rows; row++)
        {
            groups.Row(row)[0] += (float)(.02 * random.NextNormal());
            TensorPrimitives.Divide(groups.Row(row), TensorPrimitives.Norm<float>(groups.Row(row)), groups.Row(row));
        }

        var choice = Choose(groups);
        Assert.Equal(2, choice.Chosen);
        Assert.True(choice.Candidates[0].ChancePredictionStrength > .9, $"{choice.Candidates[0]}");
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
        Assert.StartsWith("There are too few different users", choice.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 4, 1)]
    [InlineData(400, 16, 2)]
    [InlineData(3_500, 32, 3)]
    public void Directions_without_preference_have_no_structure(int points, int columns, int seed) => AssertNoStructure(Choose(Cloud(points, columns, seed, _ => 1)));

    [Fact]
    public void A_long_cloud_has_no_structure_although_its_halves_are_reproducible()
    {
        var choice = Choose(Cloud(1_500, 12, seed: 4, column => column == 0 ? 6 : 1));
        Assert.True(choice.Candidates[0].PredictionStrength > .9, $"{choice.Candidates[0]}");
        AssertNoStructure(choice);
    }

    [Fact]
    public void The_same_points_and_seed_give_the_same_choice()
    {
        var points = Cloud(300, 6, seed: 5, _ => 1);
        Assert.Equal(Choose(points).Candidates, Choose(points).Candidates);
    }

    private static void AssertNoStructure(ClusterCountChoice choice)
    {
        Assert.Equal(1, choice.Chosen);
        Assert.StartsWith("There is no structure", choice.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(choice.Candidates);
    }

    [Fact]
    public void The_previous_number_stays_where_it_is_about_as_good()
    {
        // Three pairs of groups: 3 and 6 are told apart about as well, 4 is not.
        var points = Pairs(3, 60);
        Assert.Equal((3, 6, 6), (Choose(points, previous: 3).Chosen, Choose(points, previous: 6).Chosen, Choose(points, previous: 4).Chosen));
    }

    [Theory, InlineData(2, 2), InlineData(3, 2), InlineData(2, 4)]
    public void A_handful_of_users_with_separate_groups_has_as_many_clusters(int groups, int pointsPerGroup)
    {
        var choice = Choose(Groups(groups, pointsPerGroup));
        Assert.Equal(groups, choice.Chosen);
        Assert.Equal($"2 clusters need at least 10 users; there are {groups * pointsPerGroup}.", choice.Stopped);
    }

    [Theory, InlineData(300, 10), InlineData(12, 2), InlineData(4, 1)]
    public void Users_without_groups_are_divided_where_clusters_are_wanted_all_the_same(int users, int clusters)
    {
        var choice = Choose(Cloud(users, 8, seed: 3, _ => 1));
        Assert.Equal(1, choice.Chosen);
        var divided = choice.OrDivided(users);
        Assert.Equal(clusters, divided.Chosen);
        Assert.StartsWith(choice.Reason!, divided.Reason, StringComparison.Ordinal);
        Assert.Equal(4, Choose(Groups(4, 30)).OrDivided(120).Chosen);
    }

    /// <summary>Pairs of groups, the two of a pair near each other.</summary>
    private static Matrix Pairs(int pairs, int pointsPerGroup)
    {
        var groups = Groups(2 * pairs, pointsPerGroup);
        for (int row = 0; row < groups.Rows; row++)
        {
            groups.Row(row)[row / pointsPerGroup ^ 1] += .5f;
            TensorPrimitives.Divide(groups.Row(row), TensorPrimitives.Norm<float>(groups.Row(row)), groups.Row(row));
        }

        return groups;
    }

    /// <summary>Unit vectors in normally distributed directions, with a deviation for each column.</summary>
    private static Matrix Cloud(int points, int columns, int seed, Func<int, double> deviation)
    {
        var random = new Random(seed);
        var cloud = new Matrix(points, columns);
        for (int row = 0; row < points; row++)
        {
            for (int column = 0; column < columns; column++) cloud.Row(row)[column] = (float)(deviation(column) * random.NextNormal());
            TensorPrimitives.Divide(cloud.Row(row), TensorPrimitives.Norm<float>(cloud.Row(row)), cloud.Row(row));
        }

        return cloud;
    }

    private static ClusterCountChoice Choose(Matrix points, int? previous = null) => ClusterCountSelection.Choose(
        points,
        (sample, count, seed) => sample.DistinctRows(count) < count
            ? null
            : KMeansClustering.Fit(sample, new KMeansOptions { Clusters = count, Seed = seed }, null, TestContext.Current.CancellationToken).Labels,
        previous, seed: 1, threads: 2, _ => { }, TestContext.Current.CancellationToken);

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
