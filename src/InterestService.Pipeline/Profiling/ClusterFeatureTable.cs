using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>
/// Distribution of the attention of each cluster's users over features of the items (the items themselves, their
/// categories, the terms of their titles). Each user counts the same: the weights of a user's items are scaled to sum to 1. The features of one
/// cluster at a time are in memory. Not thread-safe.
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

    /// <summary>Names beyond this length are whole texts rather than names.</summary>
    private const int MaxNameLength = 256;

    private readonly SparseRows _users;
    private readonly int[][] _clusters;
    private readonly ItemFeatures _features;
    private readonly double[] _overall; // [features]
    private readonly int _userCount;
    private readonly double _meanMass; // of all features in a cluster

    // Counts of the cluster that is being read, [features]; zeros in between.
    private readonly double[] _mass;
    private readonly int[] _usersWith;
    private readonly int[] _itemsWith;
    private readonly int[] _lastUser; // the last one that had a feature, from 1
    private readonly int[] _lastCluster; // the last one that had an item, from 1; [items]

    /// <param name="users">Weights of the items of the users, <c>[users x items]</c>; must outlive the table.</param>
    /// <param name="clusters">Users of each cluster, <c>[clusters]</c>.</param>
    /// <param name="features">Features of the items.</param>
    public ClusterFeatureTable(SparseRows users, int[][] clusters, ItemFeatures features)
    {
        (_users, _clusters, _features) = (users, clusters, features);
        int count = features.Names.Length;
        (_overall, _mass) = (new double[count], new double[count]);
        (_usersWith, _itemsWith, _lastUser) = (new int[count], new int[count], new int[count]);
        _lastCluster = new int[features.OfItems.Length];
        _userCount = clusters.Sum(members => members.Length);
        foreach (int[] members in clusters)
            foreach (int user in members)
                foreach (var (item, share) in ItemsOf(user)) Add(_overall, item, share);
        for (int feature = 0; feature < count; feature++)
            if (features.ItemCount(feature) >= features.MinItems) _meanMass += _overall[feature] / clusters.Length;
    }

    /// <summary>Shares among all users, without those of whole texts.</summary>
    public IEnumerable<FeatureShare> Population => _features.Names
        .Select((name, feature) => new FeatureShare(_features.Dimension, name, _overall[feature] / _userCount))
        .Where(share => share.Name.Length <= MaxNameLength);

    /// <summary>Finds the features that distinguish a cluster.</summary>
    public ClusterFeatures Of(int cluster)
    {
        var found = new List<int>();
        foreach (int user in _clusters[cluster])
            foreach (var (item, share) in ItemsOf(user)) Count(cluster, user, item, share, found);
        var distinguishing = new List<ClusterFeature>();
        foreach (int feature in found)
        {
            var counted = Describe(cluster, feature);
            if (counted.Users >= MinUsers && _itemsWith[feature] >= _features.MinItems && counted.Lift > MinLift) distinguishing.Add(counted);
            (_mass[feature], _usersWith[feature], _itemsWith[feature], _lastUser[feature]) = (0, 0, 0, 0);
        }

        return new ClusterFeatures(distinguishing, _meanMass);
    }

    private ClusterFeature Describe(int cluster, int feature)
    {
        int size = _clusters[cluster].Length;
        double overall = _overall[feature] / _userCount, lift = (_mass[feature] + Smoothing * overall) / (size + Smoothing) / overall;
        return new ClusterFeature(feature, _features.Names[feature], _mass[feature] / size, lift, _overall[feature], _usersWith[feature]);
    }

    private void Count(int cluster, int user, int item, double share, List<int> found)
    {
        bool first = _lastCluster[item] != cluster + 1;
        _lastCluster[item] = cluster + 1;
        Add(_mass, item, share);
        foreach (int feature in _features.OfItems[item])
        {
            if (_lastUser[feature] == 0) found.Add(feature);
            if (first) _itemsWith[feature]++;
            if (_lastUser[feature] != user + 1) _usersWith[feature]++;
            _lastUser[feature] = user + 1;
        }
    }

    private void Add(double[] sums, int item, double share)
    {
        foreach (int feature in _features.OfItems[item]) sums[feature] += share;
    }

    /// <summary>Returns the items of a user with their parts of the user's attention.</summary>
    private IEnumerable<(int Item, double Share)> ItemsOf(int user)
    {
        double sum = 0;
        foreach (float weight in _users.ValuesOf(user)) sum += weight;
        for (int i = 0; i < _users.ColumnsOf(user).Length; i++) yield return (_users.ColumnsOf(user)[i], _users.ValuesOf(user)[i] / sum);
    }
}
