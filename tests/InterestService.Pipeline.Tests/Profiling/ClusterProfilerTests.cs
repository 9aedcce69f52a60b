using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Profiling;

public sealed class ClusterProfilerTests
{
    [Fact]
    public void A_cluster_is_labelled_with_its_overrepresented_categories()
    {
        var clusters = Describe(item => new ItemDescription(null, [item[2] == '0' ? "HIKING" : "cooking", "ALL THINGS"])).Clusters;
        Assert.StartsWith("Hiking", clusters[0].Label, StringComparison.Ordinal);
        Assert.StartsWith("Cooking", clusters[1].Label, StringComparison.Ordinal);
        var top = clusters[0].Profile.TopCategories[0];
        Assert.Equal("HIKING", top.Name);
        // Half of the population's weight and all of the cluster's; smoothing keeps the lift slightly below 2.
        Assert.Equal(1, top.Share, 1e-6);
        Assert.InRange(top.Lift, 1.5, 2);
        Assert.DoesNotContain(clusters[0].Profile.TopCategories, category => category.Name == "ALL THINGS");
    }

    [Fact]
    public void Titles_label_clusters_without_categories()
    {
        var clusters = Describe(item => new ItemDescription(item[2] == '0' ? $"LUNCH BAG NO {item}" : $"CAKE TIN NO {item}", [])).Clusters;
        Assert.Contains("Lunch", clusters[0].Label, StringComparison.Ordinal);
        Assert.Contains("Cake", clusters[1].Label, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_differ_even_if_profiles_are_identical()
    {
        var clusters = Describe(_ => new ItemDescription(null, ["Same"])).Clusters;
        Assert.NotEqual(clusters[0].Label, clusters[1].Label);
    }

    [Fact]
    public void Shares_of_the_population_match_the_events()
    {
        var population = Describe(item => new ItemDescription(null, [item[2] == '0' ? "a" : "b"])).Population;
        Assert.Equal(.5, population.Single(share => share is { Dimension: "category", Name: "a" }).Share, 1e-6);
        Assert.Equal(1, population.Where(share => share.Dimension == "item").Sum(share => share.Share), 1e-6);
    }

    [Fact]
    public void Sizes_and_medoids_are_those_of_the_cluster()
    {
        var clusters = Describe(_ => new ItemDescription(null, [])).Clusters;
        Assert.Equal([20, 20], clusters.Select(cluster => cluster.Users));
        Assert.All(clusters[1].Profile.Medoids, user => Assert.StartsWith("1-", user, StringComparison.Ordinal));
        Assert.All(clusters, cluster => Assert.Equal(1, cluster.Cohesion, 1e-6));
    }

    private static (ClusterDescription[] Clusters, IReadOnlyList<FeatureShare> Population) Describe(Func<string, ItemDescription> describe)
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 20, 6, 12, seed: 1));
        int[] labels = TestEvents.BlockOf(set.Events.UserIds);
        var centroids = new Matrix(2, 2, [1, 0, 0, 1]);
        var vectors = new Matrix(labels.Length, 2, [.. labels.SelectMany(label => centroids.Row(label).ToArray())]);
        return ClusterProfiler.Describe(set, [.. set.Events.ItemIds.Select(describe)], vectors, labels, centroids);
    }
}
