using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Evaluates the clusters of user vectors, one group of metrics at a time.</summary>
/// <param name="vectors"><c>[users x dimensions]</c>.</param>
/// <param name="partition">Their clusters.</param>
/// <param name="seed">Seed for all random draws.</param>
/// <param name="threads">Maximum number of threads.</param>
/// <param name="cancellation">Checked between and within the computations.</param>
internal sealed class ClusteringEvaluator(Matrix vectors, Partition partition, int seed, int threads, CancellationToken cancellation)
{
    /// <summary>Number of pairs of samples for the stability; gives a standard error of a few hundredths.</summary>
    private const int StabilityPairs = 5;

    /// <summary>Evaluates the separation of the clusters; not defined for a single cluster.</summary>
    /// <param name="density">Whether the clusters are dense regions of any shape.</param>
    public ClusteringMetrics EvaluateSeparation(bool density)
    {
        int[] labels = partition.Labels;
        double noise = partition.Noise / (double)labels.Length;
        if (labels.Where(label => label != Partition.NoiseLabel).Distinct().Take(2).Count() < 2)
            return new ClusteringMetrics { Noise = noise };
        var silhouette = Silhouette.Compute(vectors, labels, new SilhouetteOptions { Seed = seed, Threads = threads }, cancellation);
        return new ClusteringMetrics
        {
            Silhouette = silhouette.Score,
            SilhouetteStandardError = silhouette.StandardError,
            SilhouetteSampleSize = silhouette.SampleSize,
            SimplifiedSilhouette = SimplifiedSilhouette.Compute(vectors, labels, threads, cancellation),
            CalinskiHarabasz = CalinskiHarabasz.Compute(vectors, labels),
            DaviesBouldin = DaviesBouldin.Compute(vectors, labels),
            Dbcv = density ? Dbcv.Compute(vectors, labels, threads, cancellation: cancellation) : null,
            Noise = noise,
        };
    }

    /// <summary>Adds the stability: whether other samples give the same clusters.</summary>
    public ClusteringMetrics AddStability(ClusteringMetrics metrics, Stability.Clusterer cluster)
    {
        var stability = Stability.Compute(vectors, cluster, StabilityPairs, seed, cancellation);
        return metrics with
        {
            Stability = stability.Score,
            StabilityStandardError = stability.StandardError,
            StabilitySampleSize = stability.Pairs,
        };
    }

    /// <summary>Adds the agreement of the clusters with the known groups of the users.</summary>
    /// <param name="metrics">The other metrics.</param>
    /// <param name="knownGroups">Group of each user, null if it is not known, <c>[users]</c>.</param>
    public ClusteringMetrics AddAgreement(ClusteringMetrics metrics, IReadOnlyList<string?> knownGroups)
    {
        int[] labelled = [.. Enumerable.Range(0, knownGroups.Count).Where(user => knownGroups[user] is not null)];
        if (labelled.Length < 2) return metrics;
        var numbers = labelled.Select(user => knownGroups[user]!).Distinct().Index().ToDictionary(group => group.Item, group => group.Index);
        int[] groups = [.. labelled.Select(user => numbers[knownGroups[user]!])];
        int[] clusters = [.. labelled.Select(user => partition.Labels[user])];
        return metrics with
        {
            AdjustedRandIndex = AdjustedRandIndex.Compute(clusters, groups),
            NormalizedMutualInformation = NormalizedMutualInformation.Compute(clusters, groups),
            LabelledUsers = labelled.Length,
        };
    }
}
