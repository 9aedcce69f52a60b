using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>Explains clusters by what their users do more often than others.</summary>
public static class ClusterProfiler
{
    private const int MaxFeatures = 10;
    private const int MedoidCount = 3;
    private const int MaxNameLength = 256;

    /// <summary>Profiles and names every cluster.</summary>
    /// <param name="set">Users and items; what users search for counts as the title of one more item.</param>
    /// <param name="catalogue">What is known of each item, <c>[items]</c>.</param>
    /// <param name="vectors">User vectors of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="labels">Cluster of each user, from 0; every cluster has one; <c>[users]</c>.</param>
    /// <param name="telling">The same, -1 for users who belong to the cluster but say nothing of it; every cluster has one who does; <c>[users]</c>.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    /// <returns>The clusters in the order of their index, and the shares among all users.</returns>
    public static (ClusterDescription[] Clusters, IReadOnlyList<FeatureShare> Population) Describe(
        InteractionSet set, IReadOnlyList<ItemDescription> catalogue, Matrix vectors, int[] labels, int[] telling, Matrix centroids)
    {
        int clusters = centroids.Rows;
        string[] queries = set.Searches?.Texts ?? [];
        using var users = set.Searches is null ? set.ToSparseRows() : set.ToSparseRows(set.AllUsers()).Beside(set.Searches.ToSparseRows(set.AllUsers()));
        IEnumerable<string>[] none = [.. queries.Select(_ => Array.Empty<string>())]; // a query has terms only
        var categories = new Dimension("category", users, telling, clusters, [.. catalogue.Select(item => item.Categories), .. none], minItems: 1);
        var items = new Dimension("item", users, telling, clusters, [.. set.Events.ItemIds.Select(id => new[] { id }), .. none], minItems: 1);
        // A word of a single item does not describe a cluster.
        var terms = new Dimension(
            "term", users, telling, clusters,
            [.. catalogue.Select(item => item.Title is null ? [] : Terms.Extract(item.Title)), .. queries.Select(Terms.Extract)], minItems: 2);
        var forms = new WordForms();
        var titles = set.Events.ItemIds.Zip(catalogue).ToDictionary(pair => pair.First, pair => pair.Second.Title);

        int[][] members = [.. Enumerable.Range(0, clusters).Select(_ => Array.Empty<int>())];
        foreach (var group in Enumerable.Range(0, labels.Length).Where(user => telling[user] >= 0).GroupBy(user => telling[user])) members[group.Key] = [.. group];
        int[] sizes = new int[clusters];
        foreach (int cluster in labels) sizes[cluster]++;
        float[] cosines = [.. Enumerable.Range(0, labels.Length).Select(user => TensorPrimitives.Dot<float>(vectors.Row(user), centroids.Row(labels[user])))];

        var profiles = new ClusterProfile[clusters];
        for (int c = 0; c < clusters; c++)
        {
            profiles[c] = new ClusterProfile(
                categories.Shares(c, categories.ByDivergence(c)),
                [.. items.Shares(c, items.ByDivergence(c)).Select(item => new ItemShare(
                    item.Name, titles[item.Name], item.Lift, item.Share, items.Users(c, item.Name)))],
                terms.Shares(c, forms.OneEach(terms.ByClassTfIdf(c))),
                [.. members[c].OrderByDescending(user => cosines[user]).ThenBy(user => user).Take(MedoidCount).Select(user => set.Events.UserIds[user])]);
        }

        int[] bySize = [.. Enumerable.Range(0, clusters).OrderByDescending(c => sizes[c])];
        string[] names = new ClusterLabels(forms).Choose([.. bySize.Select(c => profiles[c])]);
        ClusterDescription[] descriptions = [.. Enumerable.Range(0, clusters).Select(c => new ClusterDescription(
            ClusterNumber.FromIndex(c), names[Array.IndexOf(bySize, c)], sizes[c], (double)sizes[c] / labels.Length,
            members[c].Average(user => (double)cosines[user]), centroids.Row(c).ToArray(), profiles[c]))];
        return (descriptions, [
            .. categories.Population.Select(share => share with { Name = CategoryNames.Key(share.Name) }), .. items.Population, .. terms.Population]);
    }

    /// <summary>Features of one kind, by name.</summary>
    private sealed class Dimension
    {
        private readonly string _name;
        private readonly Dictionary<string, int> _indexes = [];
        private readonly string[] _names;
        private readonly ClusterFeatureTable _table;

        public Dimension(
            string name, SparseRows users, int[] labels, int clusters, IReadOnlyList<IEnumerable<string>> namesOfItems, int minItems)
        {
            _name = name;
            int[][] features = [.. namesOfItems.Select(names => names.Distinct().Select(Index).ToArray())];
            _names = [.. _indexes.Keys];
            _table = new ClusterFeatureTable(users, labels, clusters, features, _names.Length, minItems);
        }

        /// <summary>Shares among all users. Names beyond <see cref="MaxNameLength"/> are whole texts rather than names, and are excluded.</summary>
        public IEnumerable<FeatureShare> Population => _names
            .Select((name, feature) => new FeatureShare(_name, name, _table.Overall(feature)))
            .Where(share => share.Name.Length <= MaxNameLength);

        public IEnumerable<string> ByDivergence(int cluster) => _table.ByDivergence(cluster).Select(feature => _names[feature]);

        public IEnumerable<string> ByClassTfIdf(int cluster) => _table.ByClassTfIdf(cluster).Select(feature => _names[feature]);

        public IReadOnlyList<InterestShare> Shares(int cluster, IEnumerable<string> ranked) => [.. ranked.Take(MaxFeatures)
            .Select(name => new InterestShare(name, _table.Lift(cluster, _indexes[name]), _table.Share(cluster, _indexes[name])))];

        public int Users(int cluster, string name) => _table.Users(cluster, _indexes[name]);

        private int Index(string name)
        {
            if (!_indexes.TryGetValue(name, out int index)) _indexes.Add(name, index = _indexes.Count);
            return index;
        }
    }
}
