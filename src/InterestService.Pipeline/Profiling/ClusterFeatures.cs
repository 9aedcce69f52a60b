namespace InterestService.Pipeline.Profiling;

/// <summary>A feature of the items of a cluster's users.</summary>
/// <param name="Index">Index into the <see cref="ItemFeatures.Names"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Share">Part of the cluster's attention that goes to items with the feature, 0 to 1.</param>
/// <param name="Lift">Share in the cluster over the share among all users, smoothed towards 1 for small clusters.</param>
/// <param name="Overall">Sum of the parts of attention of all users.</param>
/// <param name="Users">Number of the cluster's users with the feature; where several items have it, at least so many.</param>
internal readonly record struct ClusterFeature(int Index, string Name, double Share, double Lift, double Overall, int Users);

/// <summary>The features that distinguish one cluster.</summary>
/// <param name="distinguishing">Features with a larger share than among all users.</param>
/// <param name="meanMass">Mean attention of a cluster to all features.</param>
internal sealed class ClusterFeatures(IReadOnlyList<ClusterFeature> distinguishing, double meanMass)
{
    private const double MinShare = .01;

    /// <summary>
    /// Returns the features, best first: by share x ln(lift), the feature's part of the Kullback-Leibler divergence between the cluster's
    /// attention and that of all users. Lift alone would rank rare features first, share alone those that are popular everywhere.
    /// </summary>
    public IEnumerable<ClusterFeature> ByDivergence() =>
        distinguishing.OrderByDescending(feature => feature.Share * Math.Log(feature.Lift)).ThenBy(feature => feature.Index);

    /// <summary>
    /// Returns the features that have a noticeable share, best first: by the root of their frequency in the cluster
    /// times the logarithm of their rarity (class-based TF-IDF with reduced frequent words: Grootendorst, "BERTopic: Neural topic modeling with
    /// a class-based TF-IDF procedure", 2022). Attention takes the place of counts, so that no user counts more than another, and only the
    /// attention beyond the feature's share among all users counts: features that are frequent everywhere do not distinguish a cluster.
    /// </summary>
    public IEnumerable<ClusterFeature> ByClassTfIdf()
    {
        return distinguishing.Where(feature => feature.Share >= MinShare).OrderByDescending(Score).ThenBy(feature => feature.Index);

        double Score(ClusterFeature feature) =>
            Math.Sqrt(feature.Share * (1 - 1 / feature.Lift)) * Math.Log(1 + meanMass / feature.Overall);
    }
}
