using System.Text.Json;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Quality of a clustering. A metric that is not defined for it is null, and <see cref="Notes"/> gives the reason.</summary>
public sealed record ClusteringMetrics
{
    /// <summary>Mean silhouette over users, -1 to 1; higher is better.</summary>
    public double? Silhouette { get; init; }

    /// <summary>0 when every user was measured and trained.</summary>
    public double? SilhouetteStandardError { get; init; }

    /// <summary>Users measured.</summary>
    public int SilhouetteSampleSize { get; init; }

    /// <summary>Silhouette by distances to centroids, -1 to 1; higher is better.</summary>
    public double? SimplifiedSilhouette { get; init; }

    /// <summary>Dispersion between over dispersion within clusters; higher is better.</summary>
    public double? CalinskiHarabasz { get; init; }

    /// <summary>Mean similarity of each cluster to its nearest; lower is better.</summary>
    public double? DaviesBouldin { get; init; }

    /// <summary>Mean adjusted Rand index of clusterings of different samples of the users, at most 1; higher is better.</summary>
    public double? Stability { get; init; }

    /// <summary>Standard error of the stability; null with fewer than two pairs.</summary>
    public double? StabilityStandardError { get; init; }

    /// <summary>Pairs of samples.</summary>
    public int StabilitySampleSize { get; init; }

    /// <summary>Pairs that are not among them because a sample had too few different users for the clusters.</summary>
    public int StabilitySkippedPairs { get; init; }

    /// <summary>Part of the users in no dense region, 0 to 1; 0 for algorithms without noise.</summary>
    public double Noise { get; init; }

    /// <summary>Density-based cluster validation, -1 to 1, of the density algorithms, on up to 10,000 users; higher is better.</summary>
    public double? Dbcv { get; init; }

    /// <summary>Agreement with the users' known groups, at most 1, 0 by chance; null without such groups.</summary>
    public double? AdjustedRandIndex { get; init; }

    /// <summary>Normalised mutual information with the users' known groups, 0 to 1; null without such groups.</summary>
    public double? NormalizedMutualInformation { get; init; }

    /// <summary>Users whose group is known.</summary>
    public int LabelledUsers { get; init; }

    /// <summary>Part of held-out users whose next item the encoder ranks among the first ten of all; null with too few users.</summary>
    public double? RecallAt10 { get; init; }

    /// <summary>Standard error of the metric above.</summary>
    public double? RecallAt10StandardError { get; init; }

    /// <summary>
    /// The same with the users' histories in random order; null where the encoder does not use the order or too few users were held out.
    /// </summary>
    public double? RecallAt10Shuffled { get; init; }

    /// <summary>How sequential the events are: the recall at 10 less that with shuffled histories; near 0 where the order says nothing.</summary>
    public double? OrderEffect { get; init; }

    /// <summary>Standard error of the difference, over the users.</summary>
    public double? OrderEffectStandardError { get; init; }

    /// <summary>Mean of 1 / log2(rank + 1) of the next item, 0 beyond the tenth.</summary>
    public double? NdcgAt10 { get; init; }

    /// <summary>Standard error of the metric above.</summary>
    public double? NdcgAt10StandardError { get; init; }

    /// <summary>Held-out users behind recall and nDCG.</summary>
    public int RankingSampleSize { get; init; }

    /// <summary>The same of ranking by popularity inside the user's cluster.</summary>
    public BaselineQuality? ClusterPopularity { get; init; }

    /// <summary>The same of ranking by popularity.</summary>
    public BaselineQuality? Popularity { get; init; }

    /// <summary>The same of item-based nearest neighbours.</summary>
    public BaselineQuality? ItemKnn { get; init; }

    /// <summary>Mean training loss of each epoch, in nats an event.</summary>
    public IReadOnlyList<double> TrainingLoss { get; init; } = [];

    /// <summary>Recall at 10 after each epoch, of users held out to tell when to stop; others than those behind RecallAt10.</summary>
    public IReadOnlyList<double> TrainingRecallAt10 { get; init; } = [];

    /// <summary>Why a metric is null, by its name.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>Replaces the metrics of a sample that are sums over users by those of all users; what is not defined of the sample stays so.</summary>
    public ClusteringMetrics WithSeparation(SeparationSums all)
    {
        var metrics = this with { Noise = all.Noise / (double)Math.Max(1, all.Points) };
        return SimplifiedSilhouette is null || !all.IsDefined
            ? metrics
            : metrics with { SimplifiedSilhouette = all.SimplifiedSilhouette, CalinskiHarabasz = all.CalinskiHarabasz, DaviesBouldin = all.DaviesBouldin };
    }

    /// <summary>Sets the agreement of the clusters with the known groups of the users.</summary>
    /// <param name="table">Users of known groups by cluster, noise as one more, and group.</param>
    public ClusteringMetrics WithAgreement(ContingencyTable table)
    {
        string[] names = [nameof(AdjustedRandIndex), nameof(NormalizedMutualInformation)];
        if (table.Points < 2) return WithNote($"Agreement needs two users of known groups; there are {table.Points}.", names);
        return this with
        {
            AdjustedRandIndex = Agreement.AdjustedRandIndex.Compute(table),
            NormalizedMutualInformation = Agreement.NormalizedMutualInformation.Compute(table),
            LabelledUsers = (int)table.Points,
            Notes = Notes.Where(note => !names.Contains(note.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary(),
        };
    }

    /// <summary>Adds the reason why some metrics, and their standard errors with them, are null.</summary>
    internal ClusteringMetrics WithNote(string reason, params IEnumerable<string> properties)
    {
        var notes = new SortedDictionary<string, string>(Notes.ToDictionary(), StringComparer.Ordinal);
        foreach (string property in properties)
            foreach (string name in (string[])[property, $"{property}StandardError"])
                if (typeof(ClusteringMetrics).GetProperty(name) is not null) notes[JsonNamingPolicy.CamelCase.ConvertName(name)] = reason;
        return this with { Notes = notes };
    }
}

/// <summary>Ranking quality of a simple way, on the same held-out items.</summary>
public sealed record BaselineQuality(double RecallAt10, double RecallAt10StandardError, double NdcgAt10);
