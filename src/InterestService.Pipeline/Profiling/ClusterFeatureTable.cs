using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Profiling;

/// <summary>
/// How the users of each cluster spread their attention over some features of the items (the items themselves, their
/// categories, the terms of their titles). Each user counts the same: the weights of a user's items are scaled to sum to 1.
/// </summary>
internal sealed class ClusterFeatureTable
{
    /// <summary>Pseudo-users with everyone's taste, added to each cluster: a feature that two users share is not yet a lift.</summary>
    private const double Smoothing = 5;

    private readonly double[][] _mass;
    private readonly int[][] _users;
    private readonly int[] _clusterSizes;
    private readonly double[] _overall;
    private readonly int _userCount;

    /// <param name="set">Users and items.</param>
    /// <param name="labels">Cluster of each user, from 0; <c>[users]</c>.</param>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="features">The features of each item, each once; <c>[items]</c>.</param>
    /// <param name="featureCount">Number of different features.</param>
    public ClusterFeatureTable(InteractionSet set, int[] labels, int clusters, int[][] features, int featureCount)
    {
        _userCount = set.UserCount;
        _clusterSizes = new int[clusters];
        _overall = new double[featureCount];
        _mass = [.. Enumerable.Range(0, clusters).Select(_ => new double[featureCount])];
        _users = [.. Enumerable.Range(0, clusters).Select(_ => new int[featureCount])];

        var seen = new HashSet<int>();
        for (int user = 0; user < set.UserCount; user++)
        {
            int cluster = labels[user];
            _clusterSizes[cluster]++;
            double sum = 0;
            foreach (float weight in set.WeightsOf(user)) sum += weight;
            seen.Clear();
            for (int i = set.RowOffsets[user]; i < set.RowOffsets[user + 1]; i++)
            {
                foreach (int feature in features[set.Columns[i]])
                {
                    _mass[cluster][feature] += set.Weights[i] / sum;
                    _overall[feature] += set.Weights[i] / sum;
                    if (seen.Add(feature)) _users[cluster][feature]++;
                }
            }
        }
    }

    /// <summary>Part of a cluster's attention that goes to items with the feature, 0 to 1.</summary>
    public double Share(int cluster, int feature) => _mass[cluster][feature] / _clusterSizes[cluster];

    /// <summary>Part of everyone's attention that goes to items with the feature, 0 to 1.</summary>
    public double Overall(int feature) => _overall[feature] / _userCount;

    public int Users(int cluster, int feature) => _users[cluster][feature];

    /// <summary>Share in the cluster over share among all users, smoothed towards 1 for small clusters.</summary>
    public double Lift(int cluster, int feature)
    {
        double overall = Overall(feature);
        return (_mass[cluster][feature] + Smoothing * overall) / (_clusterSizes[cluster] + Smoothing) / overall;
    }

    /// <summary>
    /// The features that tell a cluster from the rest, best first: share x ln(lift), the feature's part of the
    /// Kullback-Leibler divergence between the cluster's attention and everyone's. Lift alone would rank curiosities first,
    /// share alone what everyone likes.
    /// </summary>
    public IEnumerable<int> TopFeatures(int cluster) => Enumerable.Range(0, _overall.Length)
        .Where(feature => _users[cluster][feature] >= 2 && Lift(cluster, feature) > 1.05)
        .OrderByDescending(feature => Share(cluster, feature) * Math.Log(Lift(cluster, feature)))
        .ThenBy(feature => feature);
}
