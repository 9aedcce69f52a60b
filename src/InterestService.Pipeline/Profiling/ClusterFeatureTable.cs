using InterestService.Pipeline.Aggregation;

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

    private readonly AttentionTally _tally;
    private readonly ItemFeatures _features;
    private readonly double[] _overall; // [features]
    private readonly int _userCount;
    private readonly double _meanMass; // of all features in a cluster

    // Counts of the cluster that is being read, [features]; zeros in between.
    private readonly double[] _mass;
    private readonly int[] _usersWith;
    private readonly int[] _itemsWith;
    private readonly ulong[] _firstUser;

    /// <param name="tally">What the users of each cluster do.</param>
    /// <param name="clusters">Number of clusters, the first groups of the tally.</param>
    /// <param name="features">Features of the rows of the tally.</param>
    public ClusterFeatureTable(AttentionTally tally, int clusters, ItemFeatures features)
    {
        (_tally, _features) = (tally, features);
        int count = features.Names.Length;
        (_overall, _mass) = (new double[count], new double[count]);
        (_usersWith, _itemsWith, _firstUser) = (new int[count], new int[count], new ulong[count]);
        _userCount = tally.Users[..clusters].Sum();
        for (int cluster = 0; cluster < clusters; cluster++)
            foreach (var cell in tally.Of(cluster))
                foreach (int feature in features.OfItems[cell.Row]) _overall[feature] += cell.Attention;
        for (int feature = 0; feature < count; feature++)
            if (features.ItemCount(feature) >= features.MinItems) _meanMass += _overall[feature] / clusters;
    }

    /// <summary>Shares among all users, without those of whole texts.</summary>
    public IEnumerable<FeatureShare> Population => _features.Names
        .Select((name, feature) => new FeatureShare(_features.Dimension, name, _overall[feature] / _userCount))
        .Where(share => share.Name.Length <= MaxNameLength);

    /// <summary>Finds the features that distinguish a cluster.</summary>
    public ClusterFeatures Of(int cluster)
    {
        var found = new List<int>();
        foreach (var cell in _tally.Of(cluster))
            foreach (int feature in _features.OfItems[cell.Row]) Count(feature, cell, found);
        var distinguishing = new List<ClusterFeature>();
        foreach (int feature in found)
        {
            var counted = Describe(cluster, feature);
            if (counted.Users >= MinUsers && _itemsWith[feature] >= _features.MinItems && counted.Lift > MinLift) distinguishing.Add(counted);
            (_mass[feature], _usersWith[feature], _itemsWith[feature]) = (0, 0, 0);
        }

        return new ClusterFeatures(distinguishing, _meanMass);
    }

    private ClusterFeature Describe(int cluster, int feature)
    {
        int size = _tally.Users[cluster];
        double overall = _overall[feature] / _userCount, lift = (_mass[feature] + Smoothing * overall) / (size + Smoothing) / overall;
        return new ClusterFeature(feature, _features.Names[feature], _mass[feature] / size, lift, _overall[feature], _usersWith[feature]);
    }

    private void Count(int feature, AttentionTally.Cell cell, List<int> found)
    {
        if (_itemsWith[feature]++ == 0)
        {
            found.Add(feature);
            (_usersWith[feature], _firstUser[feature]) = (cell.Users, cell.FirstUser);
        }
        else
        {
            // Users of several items are not told apart, but for a single one who has them all.
            int others = cell.FirstUser == _firstUser[feature] ? 1 : MinUsers;
            _usersWith[feature] = Math.Max(_usersWith[feature], Math.Max(cell.Users, others));
        }

        _mass[feature] += cell.Attention;
    }
}
