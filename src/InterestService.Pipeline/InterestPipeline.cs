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
    /// <summary>Pairs of samples behind the stability: enough for a standard error of a few hundredths.</summary>
    private const int StabilityPairs = 5;

    private readonly PipelineOptions _options;
    private readonly Action<PipelineProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly List<EpochReport> _epochs = [];
    private int _clusterCount;

    private InterestPipeline(PipelineOptions options, Action<PipelineProgress> report, CancellationToken cancellation)
    {
        _options = options;
        _report = report;
        _cancellation = cancellation;
    }

    /// <summary>Runs all stages between loading and saving.</summary>
    /// <param name="log">The events of the window.</param>
    /// <param name="sources">What is known of items and users.</param>
    /// <param name="options">What to do.</param>
    /// <param name="report">Told of progress, on the calling thread.</param>
    /// <param name="cancellation">Looked at between training steps, chunks of rows and stages.</param>
    /// <exception cref="PipelineException">It cannot succeed; the code and the message say why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PipelineResult Run(
        EventLog log,
        PipelineSources sources,
        PipelineOptions options,
        Action<PipelineProgress> report,
        CancellationToken cancellation) => new InterestPipeline(options, report, cancellation).Run(log, sources);

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

    private PipelineResult Run(EventLog log, PipelineSources sources)
    {
        string device = ResolveDevice(_options.Device);
        set_num_threads(_options.Threads);

        var (set, cleaning) = Clean(log);
        var catalogue = sources.Describe(set.Events.ItemIds);
        using var encoder = Encode(set, catalogue, device, out var split);
        var vectors = encoder.Encode(set, _cancellation);

        Report(PipelineStage.Cluster, 0);
        var selection = _options.Clusters is null && Algorithms.TakesClusterCount(_options.Algorithm) ? ChooseClusterCount(vectors) : null;
        _clusterCount = _options.Clusters ?? selection?.Chosen ?? 1;
        var found = Cluster(vectors, _clusterCount, _options.Seed);
        var partition = found.Partition.BySize();
        var centroids = partition.Centroids(vectors);
        Report(PipelineStage.Cluster, 1);

        var metrics = Evaluate(vectors, partition, centroids, encoder, split, sources.KnownGroups(set.Events.UserIds));

        Report(PipelineStage.Profile, 0);
        var (clusters, population) = ClusterProfiler.Describe(set, catalogue, vectors, partition.Nearest, centroids);
        var beginnings = Beginnings.Of(set, _options.Cleaning, _options.Weighting);
        var calibration = MembershipCalibration.Fit(
            encoder.Encode(beginnings.Set, _cancellation), beginnings.Set.ItemCounts,
            [.. beginnings.Users.Select(user => partition.Nearest[user])], centroids);
        var memberships = Memberships.Of(vectors, set.ItemCounts, centroids, calibration, _options.Threads, _cancellation);
        float[] distances = Distances(vectors, centroids, partition.Nearest);
        using var model = new MemoryStream();
        encoder.Save(model);
        Report(PipelineStage.Profile, 1);

        return new PipelineResult(
            set.Events.UserIds, set.ItemCount, vectors, partition, distances, memberships, clusters, selection, found.Tree, population, cleaning, metrics, model.ToArray());
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

    /// <summary>Trains without the held-out items.</summary>
    private IUserEncoder Encode(InteractionSet set, IReadOnlyList<ItemDescription> catalogue, string device, out Split split)
    {
        Report(PipelineStage.Encode, 0);
        var held = LeaveOneOut.Split(set.Events, _options.Seed);
        split = new Split(InteractionSet.Weigh(held.Training, _options.Cleaning, _options.Weighting), held.Test);
        return Encoders.All[_options.Encoder](new EncoderInput(
            split.Training, held.Validation, catalogue, _options.Encoding, _options.Seed, device, OnEpoch, _cancellation));

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

    private ClusterCountChoice ChooseClusterCount(Matrix vectors) => ClusterCountSelection.Choose(
        vectors, (sample, count, seed) => Cluster(sample, count, seed).Partition.Labels, _options.Seed,
        fraction => Report(PipelineStage.Cluster, fraction * .9), _cancellation);

    private AlgorithmResult Cluster(Matrix points, int clusters, int seed) =>
        Algorithms.All[_options.Algorithm](new AlgorithmInput(points, clusters, seed, _options.Threads, _cancellation));

    private ClusteringMetrics Evaluate(
        Matrix vectors, Partition partition, Matrix centroids, IUserEncoder encoder, Split split, IReadOnlyList<string?> knownGroups)
    {
        Report(PipelineStage.Evaluate, 0);
        int[] labels = partition.Labels;
        var silhouette = Silhouette.Compute(vectors, labels, new SilhouetteOptions { Seed = _options.Seed }, _cancellation);
        Report(PipelineStage.Evaluate, .3);
        var stability = Stability.Compute(vectors, (sample, seed) => Cluster(sample, _clusterCount, seed).Partition.Labels, StabilityPairs, _options.Seed, _cancellation);
        Report(PipelineStage.Evaluate, .7);
        var metrics = new ClusteringMetrics
        {
            Silhouette = silhouette.Score,
            SilhouetteStandardError = silhouette.StandardError,
            SilhouetteSampleSize = silhouette.SampleSize,
            SimplifiedSilhouette = SimplifiedSilhouette.Compute(vectors, labels, _cancellation),
            CalinskiHarabasz = CalinskiHarabasz.Compute(vectors, labels),
            DaviesBouldin = DaviesBouldin.Compute(vectors, labels),
            Stability = stability.Score,
            StabilityStandardError = stability.StandardError,
            StabilitySampleSize = stability.Pairs,
            Dbcv = Algorithms.TakesClusterCount(_options.Algorithm) ? null : Dbcv.Compute(vectors, labels, cancellation: _cancellation),
            Noise = partition.Noise / (double)labels.Length,
            TrainingLoss = [.. _epochs.Where(epoch => epoch.Loss is not null).Select(epoch => epoch.Loss!.Value)],
            TrainingRecallAt10 = [.. _epochs.Where(epoch => epoch.RecallAt10 is not null).Select(epoch => epoch.RecallAt10!.Value)],
        };
        metrics = CompareWithKnownGroups(JudgeRanking(metrics, partition, encoder, split), labels, knownGroups);
        Report(PipelineStage.Evaluate, 1);
        return metrics;
    }

    /// <summary>The encoder's ranking of the held-out items beside those of the simple ways.</summary>
    private static ClusteringMetrics JudgeRanking(ClusteringMetrics metrics, Partition partition, IUserEncoder encoder, Split split)
    {
        if (split.Test.Count == 0) return metrics;
        var (set, test) = split;
        var ranking = Ranking.Evaluate(encoder.Score, set, test);
        return metrics with
        {
            RecallAt10 = ranking.RecallAt10,
            RecallAt10StandardError = ranking.RecallAt10StandardError,
            NdcgAt10 = ranking.NdcgAt10,
            NdcgAt10StandardError = ranking.NdcgAt10StandardError,
            RankingSampleSize = ranking.SampleSize,
            ClusterPopularity = Judge(RankingBaselines.PopularityInCluster(set, partition.Nearest, partition.Clusters)),
            Popularity = Judge(RankingBaselines.Popularity(set)),
            ItemKnn = Judge(RankingBaselines.ItemKnn(set)),
        };

        BaselineQuality Judge(Ranking.Scorer scorer)
        {
            var quality = Ranking.Evaluate(scorer, set, test);
            return new BaselineQuality(quality.RecallAt10, quality.NdcgAt10);
        }
    }

    private static ClusteringMetrics CompareWithKnownGroups(ClusteringMetrics metrics, int[] labels, IReadOnlyList<string?> knownGroups)
    {
        int[] labelled = [.. Enumerable.Range(0, labels.Length).Where(user => knownGroups[user] is not null)];
        if (labelled.Length < 2) return metrics;
        var numbers = new Dictionary<string, int>();
        int[] groups = [.. labelled.Select(user => numbers.TryGetValue(knownGroups[user]!, out int number) ? number : numbers[knownGroups[user]!] = numbers.Count)];
        int[] clusters = [.. labelled.Select(user => labels[user])];
        return metrics with
        {
            AdjustedRandIndex = AdjustedRandIndex.Compute(clusters, groups),
            NormalizedMutualInformation = NormalizedMutualInformation.Compute(clusters, groups),
            LabelledUsers = labelled.Length,
        };
    }

    private static float[] Distances(Matrix vectors, Matrix centroids, int[] clusters) =>
        [.. Enumerable.Range(0, vectors.Rows).Select(row => MathF.Sqrt(RowMath.SquaredDistance(vectors.Row(row), centroids.Row(clusters[row]))))];

    /// <summary>What the encoder learned from, and the held-out items that judge it.</summary>
    private sealed record Split(InteractionSet Training, HeldOutItems Test);

    private void Report(PipelineStage stage, double fraction)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(new PipelineProgress(stage, fraction, _epochs.Count == 0 ? null : _epochs[^1].Loss));
    }
}
