using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>
/// Evaluates the clusters of user vectors, one group of metrics at a time. A metric that is not defined for the clusters is null and has a
/// note; it does not make the evaluation fail.
/// </summary>
/// <param name="vectors"><c>[users x dimensions]</c>.</param>
/// <param name="partition">Their clusters.</param>
/// <param name="seed">Seed for all random draws.</param>
/// <param name="device">Where many distances are computed: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="threads">Maximum number of threads.</param>
/// <param name="cancellation">Checked between and within the computations.</param>
internal sealed class ClusteringEvaluator(Matrix vectors, Partition partition, int seed, string device, int threads, CancellationToken cancellation)
{
    /// <summary>Number of pairs of samples for the stability; gives a standard error of a few hundredths.</summary>
    private const int StabilityPairs = 5;

    /// <summary>Whether the users are a sample of many more. Default false.</summary>
    public bool IsSample { get; init; }

    /// <summary>Evaluates the separation of the clusters; not defined for a single cluster, or if every user is a cluster.</summary>
    /// <param name="density">Whether the clusters are dense regions of any shape.</param>
    public ClusteringMetrics EvaluateSeparation(bool density)
    {
        int[] labels = partition.Labels;
        int clustered = labels.Length - partition.Noise, clusters = labels.Where(label => label != Partition.NoiseLabel).Distinct().Count();
        var metrics = new ClusteringMetrics { Noise = partition.Noise / (double)labels.Length };
        if (clusters < 2 || clusters == clustered)
        {
            return metrics.WithNote(
                clusters < 2
                    ? $"The separation of clusters needs two of them; there is {(clusters == 0 ? "none" : "one")}."
                    : "The separation of clusters needs one with more than a single user.",
                nameof(metrics.Silhouette), nameof(metrics.SimplifiedSilhouette), nameof(metrics.CalinskiHarabasz), nameof(metrics.DaviesBouldin),
                nameof(metrics.Dbcv));
        }

        var silhouette = Silhouette.Compute(vectors, labels, new SilhouetteOptions { Seed = seed, Device = device, Threads = threads, IsSample = IsSample }, cancellation);
        metrics = metrics with
        {
            Silhouette = silhouette.Score,
            SilhouetteStandardError = silhouette.StandardError,
            SilhouetteSampleSize = silhouette.SampleSize,
            SimplifiedSilhouette = SimplifiedSilhouette.Compute(vectors, labels, threads, cancellation),
            CalinskiHarabasz = CalinskiHarabasz.Compute(vectors, labels),
            DaviesBouldin = DaviesBouldin.Compute(vectors, labels),
            Dbcv = density ? Dbcv.Compute(vectors, labels, threads, cancellation: cancellation) : null,
        };
        if (metrics.CalinskiHarabasz is null)
            metrics = metrics.WithNote("All users of each cluster have the same vector: there is no variance within clusters.", nameof(metrics.CalinskiHarabasz));
        return density ? metrics : metrics.WithNote("It is computed for the density algorithms only.", nameof(metrics.Dbcv));
    }

    /// <summary>Adds the stability: whether other samples give the same clusters.</summary>
    public ClusteringMetrics AddStability(ClusteringMetrics metrics, Stability.Clusterer cluster)
    {
        var stability = Stability.Compute(vectors, cluster, StabilityPairs, seed, cancellation);
        metrics = metrics with
        {
            Stability = stability.Score,
            StabilityStandardError = stability.StandardError,
            StabilitySampleSize = stability.Pairs,
            StabilitySkippedPairs = stability.SkippedPairs,
        };
        return (stability.Score, vectors.Rows) switch
        {
            (not null, _) when stability.StandardError is null => metrics.WithNote(
                "A standard error needs at least two pairs of samples; there is one.", nameof(metrics.StabilityStandardError)),
            (not null, _) => metrics,
            (null, < 2) => metrics.WithNote("Stability compares samples of the users; there is only one user.", nameof(metrics.Stability)),
            (null, _) => metrics.WithNote(
                $"In each of the {stability.SkippedPairs} pairs, a sample of the users had fewer different vectors than there are clusters.",
                nameof(metrics.Stability)),
        };
    }

    /// <summary>Adds the agreement of the clusters with the known groups of the users.</summary>
    /// <param name="metrics">The other metrics.</param>
    /// <param name="partition">Clusters of all users; noise counts as a cluster.</param>
    /// <param name="knownGroups">Group of each user, null if it is not known, <c>[users]</c>.</param>
    public static ClusteringMetrics AddAgreement(ClusteringMetrics metrics, Partition partition, IReadOnlyList<string?> knownGroups)
    {
        int[] labelled = [.. Enumerable.Range(0, knownGroups.Count).Where(user => knownGroups[user] is not null)];
        var numbers = labelled.Select(user => knownGroups[user]!).Distinct().Index().ToDictionary(group => group.Item, group => group.Index);
        int[] groups = [.. labelled.Select(user => numbers[knownGroups[user]!])];
        int[] clusters = [.. labelled.Select(user => partition.Labels[user])];
        return metrics.WithAgreement(ContingencyTable.Create(clusters, groups));
    }
}
