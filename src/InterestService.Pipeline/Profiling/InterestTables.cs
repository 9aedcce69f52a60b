using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Profiling;

/// <summary>What distinguishes clusters in categories, items and terms. Not thread-safe.</summary>
/// <param name="features">Features of the items.</param>
/// <param name="tally">What the users of each cluster do.</param>
/// <param name="clusters">Number of clusters, the first groups of the tally.</param>
internal sealed class InterestTables(CatalogueFeatures features, AttentionTally tally, int clusters)
{
    private const int MaxFeatures = 10;

    private readonly ClusterFeatureTable _categories = new(tally, clusters, features.Categories);
    private readonly ClusterFeatureTable _items = new(tally, clusters, features.Items);
    private readonly ClusterFeatureTable _terms = new(tally, clusters, features.Terms);

    /// <summary>Shares among the users of all clusters.</summary>
    public IEnumerable<FeatureShare> Population =>
        [.. _categories.Population.Select(share => share with { Name = CategoryNames.Key(share.Name) }), .. _items.Population, .. _terms.Population];

    /// <summary>Profiles a cluster.</summary>
    /// <param name="cluster">Index of the cluster.</param>
    /// <param name="medoids">Its typical users.</param>
    public ClusterProfile Profile(int cluster, IReadOnlyList<string> medoids)
    {
        var terms = _terms.Of(cluster).ByClassTfIdf().ToDictionary(term => term.Name);
        return new ClusterProfile(
            Shares(_categories.Of(cluster).ByDivergence()),
            [.. _items.Of(cluster).ByDivergence().Take(MaxFeatures).Select(
                item => new ItemShare(item.Name, features.TitleOf(item.Name), item.Lift, item.Share, item.Users))],
            Shares(features.Forms.OneEach(terms.Keys).Select(name => terms[name])),
            medoids);
    }

    private static IReadOnlyList<InterestShare> Shares(IEnumerable<ClusterFeature> ranked) =>
        [.. ranked.Take(MaxFeatures).Select(feature => new InterestShare(feature.Name, feature.Lift, feature.Share))];
}
