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

    private readonly double[][] _mass;
    private readonly int[][] _users;
    private readonly int[] _clusterSizes;
    private readonly double[] _overall;
    private readonly int _userCount;

    /// <param name="users">Weights of the items of the users, <c>[users x items]</c>.</param>
    /// <param name="labels">Cluster of each user, from 0; <c>[users]</c>.</param>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="features">Features of each item, without duplicates; <c>[items]</c>.</param>
    /// <param name="featureCount">Number of different features.</param>
    public ClusterFeatureTable(SparseRows users, int[] labels, int clusters, int[][] features, int featureCount)
    {
        _userCount = users.RowCount;
        _clusterSizes = new int[clusters];
        _overall = new double[featureCount];
        _mass = [.. Enumerable.Range(0, clusters).Select(_ => new double[featureCount])];
        _users = [.. Enumerable.Range(0, clusters).Select(_ => new int[featureCount])];

        var seen = new HashSet<int>();
        for (int user = 0; user < users.RowCount; user++)
        {
            int cluster = labels[user];
            _clusterSizes[cluster]++;
            double sum = 0;
            var items = users.ColumnsOf(user);
            var weights = users.ValuesOf(user);
            foreach (float weight in weights) sum += weight;
            seen.Clear();
            for (int i = 0; i < items.Length; i++)
            {
                foreach (int feature in features[items[i]])
                {
                    _mass[cluster][feature] += weights[i] / sum;
                    _overall[feature] += weights[i] / sum;
                    if (seen.Add(feature)) _users[cluster][feature]++;
                }
            }
        }
    }

    /// <summary>Computes the part of a cluster's attention that goes to items with the feature, 0 to 1.</summary>
    public double Share(int cluster, int feature) => _mass[cluster][feature] / _clusterSizes[cluster];

    /// <summary>Computes the part of all attention that goes to items with the feature, 0 to 1.</summary>
    public double Overall(int feature) => _overall[feature] / _userCount;

    /// <summary>Returns the number of a cluster's users with the feature.</summary>
    public int Users(int cluster, int feature) => _users[cluster][feature];

    /// <summary>Computes the share in the cluster over the share among all users, smoothed towards 1 for small clusters.</summary>
    public double Lift(int cluster, int feature)
    {
        double overall = Overall(feature);
        return (_mass[cluster][feature] + Smoothing * overall) / (_clusterSizes[cluster] + Smoothing) / overall;
    }

    /// <summary>
    /// Returns the features that distinguish a cluster, best first: by share x ln(lift), the feature's part of the
    /// Kullback-Leibler divergence between the cluster's attention and that of all users. Lift alone would rank rare features first,
    /// share alone those that are popular everywhere.
    /// </summary>
    public IEnumerable<int> TopFeatures(int cluster) => Enumerable.Range(0, _overall.Length)
        .Where(feature => _users[cluster][feature] >= 2 && Lift(cluster, feature) > 1.05)
        .OrderByDescending(feature => Share(cluster, feature) * Math.Log(Lift(cluster, feature)))
        .ThenBy(feature => feature);
}
