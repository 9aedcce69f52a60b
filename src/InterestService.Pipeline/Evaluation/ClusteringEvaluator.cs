using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Judges the clusters of some users' vectors, one kind of figure after the other.</summary>
/// <param name="vectors"><c>[users x dimensions]</c>.</param>
/// <param name="partition">Their clusters.</param>
/// <param name="seed">Of samples.</param>
/// <param name="cancellation">Looked at often.</param>
internal sealed class ClusteringEvaluator(Matrix vectors, Partition partition, int seed, CancellationToken cancellation)
{
    /// <summary>Pairs of samples behind the stability: enough for a standard error of a few hundredths.</summary>
    private const int StabilityPairs = 5;

    /// <summary>How far apart the clusters lie. Of a single cluster nothing can be said.</summary>
    /// <param name="density">Whether the clusters are dense regions of any shape.</param>
    public ClusteringMetrics EvaluateSeparation(bool density)
    {
        int[] labels = partition.Labels;
        double noise = partition.Noise / (double)labels.Length;
        if (labels.Where(label => label != Partition.NoiseLabel).Distinct().Take(2).Count() < 2) return new ClusteringMetrics { Noise = noise };
        var silhouette = Silhouette.Compute(vectors, labels, new SilhouetteOptions { Seed = seed }, cancellation);
        return new ClusteringMetrics
        {
            Silhouette = silhouette.Score,
            SilhouetteStandardError = silhouette.StandardError,
            SilhouetteSampleSize = silhouette.SampleSize,
            SimplifiedSilhouette = SimplifiedSilhouette.Compute(vectors, labels, cancellation),
            CalinskiHarabasz = CalinskiHarabasz.Compute(vectors, labels),
            DaviesBouldin = DaviesBouldin.Compute(vectors, labels),
            Dbcv = density ? Dbcv.Compute(vectors, labels, cancellation: cancellation) : null,
            Noise = noise,
        };
    }

    /// <summary>Whether other samples give the same clusters.</summary>
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

    /// <summary>Whether the clusters are the groups that users are known to be in.</summary>
    /// <param name="metrics">To be added to.</param>
    /// <param name="knownGroups">Null: not known, <c>[users]</c>.</param>
    public ClusteringMetrics AddAgreement(ClusteringMetrics metrics, IReadOnlyList<string?> knownGroups)
    {
        int[] labelled = [.. Enumerable.Range(0, knownGroups.Count).Where(user => knownGroups[user] is not null)];
        if (labelled.Length < 2) return metrics;
        var numbers = new Dictionary<string, int>();
        int[] groups = [.. labelled.Select(user => numbers.TryGetValue(knownGroups[user]!, out int number) ? number : numbers[knownGroups[user]!] = numbers.Count)];
        int[] clusters = [.. labelled.Select(user => partition.Labels[user])];
        return metrics with
        {
            AdjustedRandIndex = AdjustedRandIndex.Compute(clusters, groups),
            NormalizedMutualInformation = NormalizedMutualInformation.Compute(clusters, groups),
            LabelledUsers = labelled.Length,
        };
    }
}
