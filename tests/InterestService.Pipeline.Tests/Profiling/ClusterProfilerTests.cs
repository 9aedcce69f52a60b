using InterestService.Pipeline.Aggregation;
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
    public void A_word_and_its_plural_are_named_once()
    {
        string[] titles = ["Walnut shelves", "Oak shelf", "Oak shelves", "Shelf, walnut", "Cabinets", "Cabinet"];
        var cluster = Describe(item => new ItemDescription(item[2] == '0' ? titles[item[4] - '0'] : "Cake tin", [])).Clusters[0];
        string[] terms = [.. cluster.Profile.TopTerms.Select(term => term.Name)];
        Assert.Single(terms, term => term is "shelf" or "shelves");
        Assert.Single(cluster.Label.ToLowerInvariant().Split(' '), word => word.StartsWith("shel", StringComparison.Ordinal));
        Assert.DoesNotContain(terms, term => term is "cabinet" or "cabinets"); // of one item each
    }

    [Fact]
    public void What_one_user_or_one_item_brings_is_no_term()
    {
        // Every user of the block has the first item: its word has many users. Two items of one user have another word of their own.
        var events = Enumerable.Range(0, 40).SelectMany(user => new[]
        {
            ($"{user % 2}-{user:D2}", (string?)$"i-{user % 2}-0", "view", 0.0), ($"{user % 2}-{user:D2}", $"i-{user % 2}-{1 + user % 3}", "view", 60.0),
        }).Concat([("0-00", "i-0-8", "view", 120.0), ("0-00", "i-0-9", "view", 180.0)]);
        var clusters = Describe(TestEvents.Log([.. events]), item => new ItemDescription(item[4..] switch
        {
            "0" => "Unicorn",
            "8" or "9" => $"Dragon {item}",
            _ => item[2] == '0' ? "Canoe paddles" : "Cake tin",
        }, [])).Clusters;
        Assert.All(clusters, cluster => Assert.DoesNotContain(cluster.Profile.TopTerms, term => term.Name.Contains("unicorn") || term.Name.Contains("dragon")));
        Assert.Equal("Canoe Paddles", clusters[0].Label.Split(" · ")[0]);
    }

    [Fact]
    public void What_is_frequent_everywhere_is_no_term()
    {
        var clusters = Describe(item => new ItemDescription(item[2] == '0' ? "Recycled canoe" : "Recycled cake", [])).Clusters;
        Assert.Equal(["canoe", "cake"], clusters.Select(cluster => Assert.Single(cluster.Profile.TopTerms, term => !term.Name.Contains(' ')).Name));
    }

    [Theory]
    [InlineData("नीला तंबू")]
    [InlineData("露營帳篷")]
    [InlineData("קָפֶה שָׁחוֹר")]
    [InlineData("كِتَابٌ")]
    [InlineData("𐐨𐐩 𐐪𐐫")] // Deseret, beyond the basic plane
    [InlineData("🏕 ⛺")]
    public void Labels_in_any_script_consist_of_whole_words(string title)
    {
        string label = Describe(item => new ItemDescription(item[2] == '0' ? title : "Cake tin", [])).Clusters[0].Label;
        Assert.Contains(label.Split(" · ")[0], new[] { title, title.Split(' ')[0], "𐐀𐐩 𐐂𐐫" });
    }

    [Fact]
    public void Whole_texts_are_no_names()
    {
        string text = string.Concat(Enumerable.Repeat("1, ", 100)); // without any word
        Assert.All(Describe(_ => new ItemDescription(text, [])).Clusters, cluster => Assert.InRange(cluster.Label.Length, 1, 100));
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

    private static ProfiledClusters Describe(Func<string, ItemDescription> describe) =>
        Describe(TestEvents.Blocks(2, 20, 6, 12, seed: 1), describe);

    private static ProfiledClusters Describe(EventLog log, Func<string, ItemDescription> describe)
    {
        var set = TestEvents.Weight(log);
        int[] labels = TestEvents.BlockOf(set.Events.UserIds);
        var centroids = new Matrix(2, 2, [1, 0, 0, 1]);
        var vectors = new Matrix(labels.Length, 2, [.. labels.SelectMany(label => centroids.Row(label).ToArray())]);
        var tally = ClusterTally.Count(set, vectors, labels, labels, centroids);
        return ClusterProfiler.Describe(tally, new CatalogueFeatures(set.Events.ItemIds, [.. set.Events.ItemIds.Select(describe)], []), centroids);
    }
}
