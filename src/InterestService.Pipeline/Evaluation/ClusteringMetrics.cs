namespace InterestService.Pipeline.Evaluation;

/// <summary>How good a clustering is.</summary>
/// <param name="Silhouette">Mean silhouette over users, -1 to 1; higher is better.</param>
/// <param name="SilhouetteStandardError">0 when every user was measured.</param>
/// <param name="SilhouetteSampleSize">Users measured.</param>
/// <param name="SimplifiedSilhouette">Silhouette by distances to centroids, -1 to 1; higher is better.</param>
/// <param name="CalinskiHarabasz">Dispersion between over dispersion within clusters; higher is better.</param>
/// <param name="DaviesBouldin">Mean similarity of each cluster to its nearest; lower is better.</param>
/// <param name="Inertia">Sum of squared distances to the centroids.</param>
/// <param name="TrainingLoss">Mean loss of each epoch, in nats an event.</param>
public sealed record ClusteringMetrics(
    double? Silhouette,
    double SilhouetteStandardError,
    int SilhouetteSampleSize,
    double? SimplifiedSilhouette,
    double? CalinskiHarabasz,
    double? DaviesBouldin,
    double Inertia,
    IReadOnlyList<double> TrainingLoss);
