using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>
/// Distribution of the attention of each cluster's users over features of the items (the items themselves, their
/// categories, the terms of their titles). Each user counts the same: the weights of a user's items are scaled to sum to 1.
/// </summary>
internal sealed class ClusterFeatureTable
{
    /// <summary>
    /// Number of pseudo-users with the overall distribution, added to each cluster, so that two users who share a feature do not yet
    /// make a lift.
    /// </summary>
    private const double Smoothing = 5;

    private const int MinUsers = 2;
    private const double MinLift = 1.05;
    private const double MinShare = .01;

    private readonly double[][] _mass; // [clusters x tabled features]
    private readonly int[][] _users;
    private readonly int[][] _items; // the same; empty where one item is enough
    private readonly int[] _clusterSizes;
    private readonly double[] _overall; // [features]
    private readonly int[] _slots; // where a feature is in the tables, or -1
    private readonly int _userCount;
    private readonly int _minItems;
    private readonly double _meanMass; // of all features in a cluster

    /// <param name="users">Weights of the items of the users, <c>[users x items]</c>.</param>
    /// <param name="labels">Cluster of each user, from 0, or -1 for users who count among all users only; <c>[users]</c>.</param>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="features">Features of each item, without duplicates; <c>[items]</c>.</param>
    /// <param name="featureCount">Number of different features.</param>
    /// <param name="minItems">Minimum number of items with a feature among those of a cluster's users. Rarer features take no space.</param>
    public ClusterFeatureTable(SparseRows users, int[] labels, int clusters, int[][] features, int featureCount, int minItems)
    {
        _userCount = users.RowCount;
        _minItems = minItems;
        _clusterSizes = new int[clusters];
        _overall = new double[featureCount];
        _slots = new int[featureCount];
        foreach (int feature in features.SelectMany(item => item)) _slots[feature]++;
        int slots = 0;
        for (int feature = 0; feature < featureCount; feature++) _slots[feature] = _slots[feature] >= minItems ? slots++ : -1;
        _mass = [.. Enumerable.Range(0, clusters).Select(_ => new double[slots])];
        _users = [.. Enumerable.Range(0, clusters).Select(_ => new int[slots])];
        _items = [.. Enumerable.Range(0, clusters).Select(_ => new int[minItems > 1 ? slots : 0])];

        int[] userOf = new int[slots], clusterOf = new int[features.Length]; // the last one that had a feature or an item, from 1
        foreach (int user in Enumerable.Range(0, users.RowCount).OrderBy(user => labels[user]))
        {
            int cluster = labels[user];
            if (cluster >= 0) _clusterSizes[cluster]++;
            double sum = 0;
            var items = users.ColumnsOf(user);
            var weights = users.ValuesOf(user);
            foreach (float weight in weights) sum += weight;
            for (int i = 0; i < items.Length; i++)
            {
                bool first = clusterOf[items[i]] != cluster + 1;
                clusterOf[items[i]] = cluster + 1;
                foreach (int feature in features[items[i]])
                {
                    _overall[feature] += weights[i] / sum;
                    if (_slots[feature] is var slot && (slot < 0 || cluster < 0)) continue;
                    _mass[cluster][slot] += weights[i] / sum;
                    if (first && minItems > 1) _items[cluster][slot]++;
                    if (userOf[slot] != user + 1) _users[cluster][slot]++;
                    userOf[slot] = user + 1;
                }
            }
        }

        _meanMass = _mass.Sum(masses => masses.Sum()) / clusters;
    }

    /// <summary>Computes the part of a cluster's attention that goes to items with the feature, 0 to 1.</summary>
    public double Share(int cluster, int feature) => _mass[cluster][_slots[feature]] / _clusterSizes[cluster];

    /// <summary>Computes the part of all attention that goes to items with the feature, 0 to 1.</summary>
    public double Overall(int feature) => _overall[feature] / _userCount;

    /// <summary>Returns the number of a cluster's users with the feature.</summary>
    public int Users(int cluster, int feature) => _users[cluster][_slots[feature]];

    /// <summary>Computes the share in the cluster over the share among all users, smoothed towards 1 for small clusters.</summary>
    public double Lift(int cluster, int feature)
    {
        double overall = Overall(feature);
        return (_mass[cluster][_slots[feature]] + Smoothing * overall) / (_clusterSizes[cluster] + Smoothing) / overall;
    }

    /// <summary>
    /// Returns the features that distinguish a cluster, best first: by share x ln(lift), the feature's part of the
    /// Kullback-Leibler divergence between the cluster's attention and that of all users. Lift alone would rank rare features first,
    /// share alone those that are popular everywhere.
    /// </summary>
    public IEnumerable<int> ByDivergence(int cluster) =>
        Distinguishing(cluster).OrderByDescending(feature => Share(cluster, feature) * Math.Log(Lift(cluster, feature))).ThenBy(feature => feature);

    /// <summary>
    /// Returns the features that distinguish a cluster and have a noticeable share, best first: by the root of their frequency in the cluster
    /// times the logarithm of their rarity (class-based TF-IDF with reduced frequent words: Grootendorst, "BERTopic: Neural topic modeling with
    /// a class-based TF-IDF procedure", 2022). Attention takes the place of counts, so that no user counts more than another, and only the
    /// attention beyond the feature's share among all users counts: features that are frequent everywhere do not distinguish a cluster.
    /// </summary>
    public IEnumerable<int> ByClassTfIdf(int cluster)
    {
        return Distinguishing(cluster).Where(feature => Share(cluster, feature) >= MinShare).OrderByDescending(Score).ThenBy(feature => feature);

        double Score(int feature) =>
            Math.Sqrt(Share(cluster, feature) * (1 - 1 / Lift(cluster, feature))) * Math.Log(1 + _meanMass / _overall[feature]);
    }

    private IEnumerable<int> Distinguishing(int cluster) => Enumerable.Range(0, _overall.Length).Where(feature =>
        _slots[feature] is var slot and >= 0
        && _users[cluster][slot] >= MinUsers
        && (_minItems <= 1 || _items[cluster][slot] >= _minItems)
        && Lift(cluster, feature) > MinLift);
}
