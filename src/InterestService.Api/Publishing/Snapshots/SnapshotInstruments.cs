using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Tells of the clustering that lookups of this process answer from: its age, size and quality.</summary>
internal static class SnapshotInstruments
{
    public static void Observe(IMeterFactory meters, PublishedSnapshot published)
    {
        var meter = meters.Service();
        Observe("interestservice.snapshot.age", "s", "Time since the database confirmed what is published.", () => published.Age?.TotalSeconds);
        Observe("interestservice.published.age", "s", "Time since the published clustering was computed.", () => (DateTime.UtcNow - published.Current?.AssignedAt)?.TotalSeconds);
        Observe("interestservice.published.clusters", "{cluster}", "Clusters of the published clustering.", () => published.Current?.Clusters.Count());
        Observe("interestservice.published.users", "{user}", "Users whom lookups find.", () => published.Current?.PersonCount);
        ObserveQuality("silhouette", "Mean silhouette of the published clustering, -1 to 1.", metrics => metrics.Silhouette);
        ObserveQuality("stability", "Stability of the published clustering, at most 1.", metrics => metrics.Stability);
        ObserveQuality("recall_at_10", "Recall at 10 of the published clustering, 0 to 1.", metrics => metrics.RecallAt10);
        ObserveQuality("unassigned_share", "Share of the users whom the published clustering takes for noise, 0 to 1.", metrics => metrics.Noise);

        // A figure that the next clustering lacks must not remain that of the one before.
        void ObserveQuality(string name, string description, Func<ClusteringMetrics, double?> figure) => Observe(
            $"interestservice.published.{name}", "1", description,
            () => published.Current is { } snapshot ? (snapshot.Metrics is { } metrics ? figure(metrics) : null) ?? double.NaN : null);

        void Observe(string name, string unit, string description, Func<double?> figure) => meter.CreateObservableGauge(
            name, () => figure() is { } found ? [new Measurement<double>(found)] : Array.Empty<Measurement<double>>(), unit, description);
    }
}
