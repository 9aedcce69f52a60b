using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Preprocessing;
using InterestService.Pipeline.Profiling;
using static TorchSharp.torch;

namespace InterestService.Pipeline;

/// <summary>
/// The whole way from events to explained clusters, stage after stage. A stage never calls another one; only this class
/// puts them together. The same events, options and thread count give the same result, byte for byte, on a CPU.
/// </summary>
public sealed class InterestPipeline
{
    private readonly PipelineOptions _options;
    private readonly Action<PipelineProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly List<EpochReport> _epochs = [];

    private InterestPipeline(PipelineOptions options, Action<PipelineProgress> report, CancellationToken cancellation)
    {
        _options = options;
        _report = report;
        _cancellation = cancellation;
    }

    /// <summary>Runs all stages between loading and saving.</summary>
    /// <param name="log">The events of the window.</param>
    /// <param name="describe">What the catalogue says of some items, asked once, for the items that are left after cleaning.</param>
    /// <param name="options">What to do.</param>
    /// <param name="report">Told of progress, on the calling thread.</param>
    /// <param name="cancellation">Looked at between training steps, chunks of rows and stages.</param>
    /// <exception cref="PipelineException">It cannot succeed; the code and the message say why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PipelineResult Run(
        EventLog log,
        Func<IReadOnlyList<string>, IReadOnlyList<ItemDescription>> describe,
        PipelineOptions options,
        Action<PipelineProgress> report,
        CancellationToken cancellation) => new InterestPipeline(options, report, cancellation).Run(log, describe);

    /// <summary>Which device a name means on this machine.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <returns><c>cpu</c> or <c>cuda</c>.</returns>
    /// <exception cref="PipelineException">CUDA was asked for and there is none.</exception>
    public static string ResolveDevice(string name) => (name, cuda.is_available()) switch
    {
        ("cpu", _) or ("auto", false) => "cpu",
        ("cuda" or "auto", true) => "cuda",
        ("cuda", false) => throw new PipelineException(FailureCode.DeviceUnavailable, "A CUDA device was asked for, and this worker has none."),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected auto, cpu or cuda."),
    };

    private PipelineResult Run(EventLog log, Func<IReadOnlyList<string>, IReadOnlyList<ItemDescription>> describe)
    {
        string device = ResolveDevice(_options.Device);
        set_num_threads(_options.Threads);

        var (set, cleaning) = Clean(log);
        var catalogue = describe(set.Events.ItemIds);
        var (vectors, ranking, model) = Encode(set, catalogue, device);
        var (labels, centroids, inertia) = Cluster(vectors);
        var metrics = Evaluate(vectors, labels, inertia, ranking);

        Report(PipelineStage.Profile, 0);
        var (clusters, population) = ClusterProfiler.Describe(set, catalogue, vectors, labels, centroids);
        var (_, squaredDistances) = KMeans.Assign(vectors, centroids, _cancellation);
        float[] distances = [.. squaredDistances.Select(MathF.Sqrt)];
        var memberships = Memberships.Of(vectors, centroids, labels);
        Report(PipelineStage.Profile, 1);

        return new PipelineResult(
            set.Events.UserIds, set.ItemCount, vectors, labels, distances, memberships, clusters, population, cleaning, metrics, model);
    }

    private (InteractionSet Set, IReadOnlyList<CleaningStep> Steps) Clean(EventLog log)
    {
        Report(PipelineStage.Clean, 0);
        if (log.EventCount == 0) throw new PipelineException(FailureCode.NoEvents, "There are no events in the window.");
        var (clean, steps) = EventCleaner.Clean(log, _options.Cleaning);
        if (clean.EventCount == 0)
        {
            string counts = string.Join(", ", steps.Where(s => s.RemovedEvents > 0).Select(s => $"{s.Step} {s.RemovedEvents}"));
            throw new PipelineException(FailureCode.NothingLeft, $"Cleaning removed all {log.EventCount} events: {counts}.");
        }

        if (clean.UserIds.Length < _options.Clusters)
        {
            throw new PipelineException(
                FailureCode.FewerUsersThanClusters,
                $"{_options.Clusters} clusters were asked for, and {clean.UserIds.Length} users are left after cleaning.");
        }

        var set = InteractionSet.Weigh(clean, _options.Cleaning, _options.Weighting);
        Report(PipelineStage.Clean, 1);
        return (set, steps);
    }

    /// <summary>
    /// Trains without the held-out items, judges by them, and encodes every user with all that the user did.
    /// </summary>
    private (Matrix Vectors, RankingQuality? Ranking, byte[] Model) Encode(
        InteractionSet set, IReadOnlyList<ItemDescription> catalogue, string device)
    {
        Report(PipelineStage.Encode, 0);
        var split = LeaveOneOut.Split(set.Events, _options.Seed);
        var training = InteractionSet.Weigh(split.Training, _options.Cleaning, _options.Weighting);
        using var encoder = Encoders.All[_options.Encoder](new EncoderInput(
            training, split.Validation, catalogue, _options.Encoding, _options.Seed, device, OnEpoch, _cancellation));
        var vectors = encoder.Encode(set, _cancellation);
        var ranking = split.Test.Count == 0 ? null : Ranking.Evaluate(encoder.Score, training, split.Test);
        using var model = new MemoryStream();
        encoder.Save(model);
        return (vectors, ranking, model.ToArray());

        void OnEpoch(EpochReport epoch)
        {
            if (epoch.Loss is { } loss && !double.IsFinite(loss))
            {
                throw new PipelineException(
                    FailureCode.TrainingDiverged,
                    $"The loss of epoch {epoch.Epoch} is not a number; the learningRate is too high for these events.");
            }

            _epochs.Add(epoch);
            Report(PipelineStage.Encode, (double)epoch.Epoch / epoch.Epochs);
        }
    }

    /// <returns>Labels and centroids with the clusters ordered by size, the largest first.</returns>
    private (int[] Labels, Matrix Centroids, double Inertia) Cluster(Matrix vectors)
    {
        Report(PipelineStage.Cluster, 0);
        var options = new KMeansOptions { Clusters = _options.Clusters, Seed = _options.Seed, Threads = _options.Threads };
        var found = KMeans.Fit(vectors, options, null, _cancellation);

        int[] sizes = new int[options.Clusters];
        foreach (int label in found.Labels) sizes[label]++;
        int filled = sizes.Count(size => size > 0);
        if (filled < options.Clusters)
        {
            throw new PipelineException(
                FailureCode.FewerUsersThanClusters,
                $"{options.Clusters} clusters were asked for, and the users fall into only {filled} different vectors.");
        }

        int[] bySize = [.. Enumerable.Range(0, options.Clusters).OrderByDescending(c => sizes[c])];
        int[] rank = new int[options.Clusters];
        var centroids = new Matrix(options.Clusters, vectors.Columns);
        for (int c = 0; c < bySize.Length; c++)
        {
            rank[bySize[c]] = c;
            found.Centroids.Row(bySize[c]).CopyTo(centroids.Row(c));
        }

        Report(PipelineStage.Cluster, 1);
        return ([.. found.Labels.Select(label => rank[label])], centroids, found.Inertia);
    }

    private ClusteringMetrics Evaluate(Matrix vectors, int[] labels, double inertia, RankingQuality? ranking)
    {
        Report(PipelineStage.Evaluate, 0);
        var silhouette = Silhouette.Compute(vectors, labels, new SilhouetteOptions { Seed = _options.Seed }, _cancellation);
        Report(PipelineStage.Evaluate, .8);
        var metrics = new ClusteringMetrics
        {
            Silhouette = silhouette.Score,
            SilhouetteStandardError = silhouette.StandardError,
            SilhouetteSampleSize = silhouette.SampleSize,
            SimplifiedSilhouette = SimplifiedSilhouette.Compute(vectors, labels, _cancellation),
            CalinskiHarabasz = CalinskiHarabasz.Compute(vectors, labels),
            DaviesBouldin = DaviesBouldin.Compute(vectors, labels),
            Inertia = inertia,
            RecallAt10 = ranking?.RecallAt10,
            RecallAt10StandardError = ranking?.RecallAt10StandardError,
            NdcgAt10 = ranking?.NdcgAt10,
            NdcgAt10StandardError = ranking?.NdcgAt10StandardError,
            RankingSampleSize = ranking?.SampleSize ?? 0,
            TrainingLoss = [.. _epochs.Where(epoch => epoch.Loss is not null).Select(epoch => epoch.Loss!.Value)],
            TrainingRecallAt10 = [.. _epochs.Where(epoch => epoch.RecallAt10 is not null).Select(epoch => epoch.RecallAt10!.Value)],
        };
        Report(PipelineStage.Evaluate, 1);
        return metrics;
    }

    private void Report(PipelineStage stage, double fraction)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(new PipelineProgress(stage, fraction, _epochs.Count == 0 ? null : _epochs[^1].Loss));
    }
}
