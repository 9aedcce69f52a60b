using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Recommending;
using static TorchSharp.torch;

namespace InterestService.Pipeline;

/// <summary>
/// The whole way from events to explained clusters, stage after stage. A stage never calls another one; only this class
/// puts them together. The same events, sources, options and thread count give the same result, byte
/// for byte, on a CPU.
/// </summary>
public sealed class InterestPipeline
{
    private readonly PipelineOptions _options;
    private readonly Action<PipelineProgress> _report;
    private readonly CancellationToken _cancellation;
    private double? _loss;

    /// <param name="options">What to do.</param>
    /// <param name="report">Told of progress, on the calling thread.</param>
    /// <param name="cancellation">Looked at between training steps, chunks of rows and stages.</param>
    public InterestPipeline(PipelineOptions options, Action<PipelineProgress> report, CancellationToken cancellation)
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
        CancellationToken cancellation)
    {
        var pipeline = new InterestPipeline(options, report, cancellation);
        using var learned = pipeline.Learn(pipeline.Prepare(log, sources));
        return pipeline.Explain(learned);
    }

    /// <summary>Which device a name means on this machine.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="encoder">One of <see cref="Encoders.All"/>.</param>
    /// <returns><c>cpu</c> or <c>cuda</c>.</returns>
    /// <exception cref="PipelineException">CUDA was asked for and there is none.</exception>
    public static string ResolveDevice(string name, string encoder) => name switch
    {
        "cpu" => "cpu",
        "auto" when !Encoders.Named(encoder).IsNetwork => "cpu", // without a question to libtorch, which would load it
        "auto" or "cuda" when cuda.is_available() => "cuda",
        "auto" => "cpu",
        "cuda" => throw new PipelineException(FailureCode.DeviceUnavailable, "A CUDA device was asked for, and this worker has none."),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected auto, cpu or cuda."),
    };

    /// <summary>Cleans, weighs and splits. The log is not needed any more then.</summary>
    /// <param name="log">The events of the window.</param>
    /// <param name="sources">What is known of items and users.</param>
    /// <exception cref="PipelineException">Nothing, or too little, is left to cluster.</exception>
    public PreparedEvents Prepare(EventLog log, PipelineSources sources)
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

        var all = InteractionSet.Weigh(clean, _options.Cleaning, _options.Weighting);
        var split = LeaveOneOut.Split(clean, _options.Seed);
        var training = InteractionSet.Weigh(split.Training, _options.Cleaning, _options.Weighting);
        var catalogue = sources.Describe(clean.ItemIds);
        var groups = sources.KnownGroups(clean.UserIds);
        var previous = _options.CarryOver > 0 ? sources.Previous(clean.UserIds) : null;
        Report(PipelineStage.Clean, 1);
        return new PreparedEvents(all, training, split.Validation, new RankingEvaluator(training, split.Test), catalogue, groups, previous, steps);
    }

    /// <summary>Encodes, clusters and judges. What only that needs of the events, a good part of the memory, is not needed any more then.</summary>
    /// <param name="events">Of <see cref="Prepare"/>.</param>
    /// <exception cref="PipelineException">It cannot succeed; the code and the message say why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LearnedClusters Learn(PreparedEvents events)
    {
        Collect();
        var users = Encode(events);
        try
        {
            Collect();
            var found = Cluster(users);
            return new LearnedClusters(events.All, events.Catalogue, events.Cleaning, users, found, Evaluate(events, users, found));
        }
        catch
        {
            users.Dispose();
            throw;
        }
    }

    /// <summary>Explains the clusters, names them, and says how sure each user's is.</summary>
    /// <param name="learned">Of <see cref="Learn"/>.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public PipelineResult Explain(LearnedClusters learned)
    {
        Collect();
        Report(PipelineStage.Profile, 0);
        var (events, users, found) = (learned.Events, learned.Users, learned.Found);
        var (vectors, partition) = (users.Vectors, found.Partition);
        var (clusters, population) = ClusterProfiler.Describe(events, learned.Catalogue, vectors, partition.Nearest, found.Centroids);
        var calibration = Calibrate(events, users, found);
        var memberships = Memberships.Compute(vectors, events.ItemCounts, found.Centroids, calibration, _options.Threads, _cancellation);
        float[] distances = Distances(vectors, found.Centroids, partition.Nearest);
        byte[] model = TrainedModel.Write(_options, events, users.Encoder, found.Centroids, calibration);
        Report(PipelineStage.Profile, 1);

        return new PipelineResult(
            events.Events.UserIds, events.ItemCount, vectors, partition, distances, memberships, clusters, found.Selection, found.Tree,
            Popularity.Compute(events, partition.Nearest, found.Centroids.Rows), population,
            SourceShare.Compute(events.Events, _options.Cleaning, _options.Weighting), learned.Cleaning, learned.Metrics, model);
    }

    /// <summary>Trains without the held-out items, then encodes with all.</summary>
    internal EncodedUsers Encode(PreparedEvents events)
    {
        Report(PipelineStage.Encode, 0);
        var epochs = new List<EpochReport>();
        var input = new EncoderInput(
            events.Training, events.Catalogue, _options.Seed, ResolveDevice(_options.Device, _options.Encoder), _options.Threads, _cancellation)
        {
            Validate = Validate,
            Report = OnEpoch,
        };
        var encoder = Encoders.Named(_options.Encoder).Fit(input, _options.Parameters);
        var vectors = encoder.Encode(events.All, _cancellation);
        if (events.Previous is { } previous) vectors = VectorSmoothing.Smooth(vectors, previous, _options.CarryOver, _options.Threads);
        return new EncodedUsers(encoder, vectors, events.Previous, epochs);

        double? Validate(ItemScorer score) => events.Validation.Count >= HeldOutItems.Enough
            ? RankingMetrics.Evaluate(score, events.Training, events.Validation).RecallAt10
            : null;

        void OnEpoch(EpochReport epoch)
        {
            if (epoch.Loss is { } loss && !double.IsFinite(loss))
            {
                throw new PipelineException(
                    FailureCode.TrainingDiverged,
                    $"The loss of epoch {epoch.Epoch} is not a number; the learningRate is too high for these events.");
            }

            epochs.Add(epoch);
            _loss = epoch.Loss;
            Report(PipelineStage.Encode, (double)epoch.Epoch / epoch.Epochs);
        }
    }

    /// <summary>Finds clusters, and how many where that is not given.</summary>
    internal FoundClusters Cluster(EncodedUsers users)
    {
        Report(PipelineStage.Cluster, 0);
        var selection = _options.Clusters is null && Algorithms.Named(_options.Algorithm).TakesClusterCount ? ChooseClusterCount(users.Vectors) : null;
        int count = _options.Clusters ?? selection?.Chosen ?? 1;
        var (partition, tree) = Cluster(users.Vectors, count, _options.Seed, users.Previous?.Clusters);
        partition = partition.BySize();
        Report(PipelineStage.Cluster, 1);
        return new FoundClusters(partition, partition.Centroids(users.Vectors), count, selection, tree);
    }

    internal ClusteringMetrics Evaluate(PreparedEvents events, EncodedUsers users, FoundClusters found)
    {
        Report(PipelineStage.Evaluate, 0);
        var evaluator = new ClusteringEvaluator(users.Vectors, found.Partition, _options.Seed, _cancellation);
        var metrics = evaluator.EvaluateSeparation(density: !Algorithms.Named(_options.Algorithm).TakesClusterCount);
        Report(PipelineStage.Evaluate, .3);
        metrics = evaluator.AddStability(metrics, (sample, seed) => Cluster(sample, found.Count, seed).Partition.Labels);
        Report(PipelineStage.Evaluate, .7);
        metrics = events.RankingEvaluator.AddRanking(metrics, users.Encoder.Score, found.Partition);
        metrics = evaluator.AddAgreement(metrics, events.KnownGroups) with
        {
            TrainingLoss = [.. users.Epochs.Where(epoch => epoch.Loss is not null).Select(epoch => epoch.Loss!.Value)],
            TrainingRecallAt10 = [.. users.Epochs.Where(epoch => epoch.RecallAt10 is not null).Select(epoch => epoch.RecallAt10!.Value)],
        };
        Report(PipelineStage.Evaluate, 1);
        return metrics;
    }

    private MembershipCalibration Calibrate(InteractionSet events, EncodedUsers users, FoundClusters found)
    {
        var beginnings = TruncatedHistories.Create(events, _options.Cleaning, _options.Weighting);
        return MembershipCalibration.Fit(
            users.Encoder.Encode(beginnings.Set, _cancellation), beginnings.Set.ItemCounts,
            [.. beginnings.Users.Select(user => found.Partition.Nearest[user])], found.Centroids);
    }

    private ClusterCountChoice ChooseClusterCount(Matrix vectors) => ClusterCountSelection.Choose(
        vectors, (sample, count, seed) => Cluster(sample, count, seed).Partition.Labels, _options.Seed,
        fraction => Report(PipelineStage.Cluster, fraction * .9), _cancellation);

    private AlgorithmResult Cluster(Matrix points, int clusters, int seed, int[]? previous = null) =>
        Algorithms.Named(_options.Algorithm).Fit(
            new AlgorithmInput(points, clusters, seed, _options.Threads, _cancellation, previous), _options.Parameters);

    private static float[] Distances(Matrix vectors, Matrix centroids, int[] clusters) =>
        [.. Enumerable.Range(0, vectors.Rows).Select(row => MathF.Sqrt(RowMath.SquaredDistance(vectors.Row(row), centroids.Row(clusters[row]))))];

    /// <summary>What the last stage worked with is garbage now, in large arrays, which the collector by itself would keep for seconds.</summary>
    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Report(PipelineStage stage, double fraction)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(new PipelineProgress(stage, fraction, _loss));
    }
}
