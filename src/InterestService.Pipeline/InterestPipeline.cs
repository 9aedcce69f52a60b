using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Projection;
using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline;

/// <summary>
/// All stages from events to explained clusters: clean, learn (encode, cluster, evaluate), explain (profile, project). A stage never calls another one; only this
/// class composes them. The same events, reference data, options and threads give the same result, byte for byte, on a CPU. Each step's result
/// is disposed by the caller.
/// </summary>
public sealed class InterestPipeline
{
    private readonly PipelineOptions _options;
    private readonly Action<PipelineProgress> _report;
    private readonly CancellationToken _cancellation;

    private AlgorithmDescriptor Algorithm => Algorithms.Named(_options.Algorithm);
    private string Device => Devices.Resolve(_options.Device);
    private bool TakesClusterCount => Algorithm.TakesClusterCount;

    /// <param name="options">Options of all stages.</param>
    /// <param name="report">Receives progress, on the calling thread.</param>
    /// <param name="cancellation">Checked between training steps, chunks of rows and stages.</param>
    public InterestPipeline(PipelineOptions options, Action<PipelineProgress> report, CancellationToken cancellation)
    {
        (_options, _report, _cancellation) = (options, report, cancellation);
    }

    /// <summary>Runs all stages between loading and saving, for reference data that is known beforehand.</summary>
    /// <param name="log">Events of the window; disposed once they are cleaned.</param>
    /// <param name="reference">Reference data of items and users.</param>
    /// <param name="options">Options of all stages.</param>
    /// <param name="report">Receives progress, on the calling thread.</param>
    /// <param name="cancellation">Checked between training steps, chunks of rows and stages.</param>
    /// <exception cref="PipelineException">The clustering cannot succeed; the code and the message give the reason.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static PipelineResult Run(
        EventLog log, ReferenceData reference, PipelineOptions options, Action<PipelineProgress> report, CancellationToken cancellation)
    {
        var pipeline = new InterestPipeline(options, report, cancellation);
        using var clean = pipeline.Clean(log);
        using var learned = pipeline.Learn(clean, reference);
        return pipeline.Explain(clean, learned);
    }

    /// <summary>Removes noise and weights what remains. The ids of the result tell which reference data is needed next.</summary>
    /// <param name="log">Events of the window; disposed by this method, also when it fails.</param>
    /// <param name="encoders">Encoders that will read them. Default: that of the options.</param>
    /// <exception cref="PipelineException">No events remain.</exception>
    public CleanEvents Clean(EventLog log, IReadOnlyCollection<string>? encoders = null)
    {
        using (log)
        {
            Report(PipelineStage.Clean, 0);
            if (log.EventCount == 0)
                throw new PipelineException(FailureCode.NoEvents, $"There are no events in the window{(_options.IsSample ? " of the users who train: trainingUsers is too small" : "")}.");
            var (clean, steps) = EventCleaner.Clean(log, _options.Cleaning, Encoders.UseOf(encoders ?? [_options.Encoder]));
            if (clean.UserIds.Length == 0)
            {
                string counts = string.Join(", ", steps.Where(s => s.RemovedEvents > 0).Select(s => $"{s.Step} {s.RemovedEvents}"));
                throw new PipelineException(FailureCode.NothingLeft, $"Cleaning removed all {log.EventCount} events: {counts}.");
            }

            return new CleanEvents(InteractionWeighting.Apply(clean, _options.Cleaning.Meanings, _options.Weighting), steps);
        }
    }

    /// <summary>Encodes the users, clusters their vectors and evaluates the clusters.</summary>
    /// <param name="clean">Result of <see cref="Clean"/>.</param>
    /// <param name="reference">Reference data of its items and users.</param>
    /// <exception cref="PipelineException">The clustering cannot succeed; the code and the message give the reason.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public LearnedClusters Learn(CleanEvents clean, ReferenceData reference)
    {
        using var events = Prepare(clean, reference);
        if (Missing(events.Histories.Count) is { } missing) throw missing;
        var users = Encode(events);
        try
        {
            var found = Cluster(users);
            return new LearnedClusters(events.Catalogue, users, found, Evaluate(events, users, found), reference.PreviousMap);
        }
        catch
        {
            users.Dispose();
            throw;
        }
    }

    /// <summary>Explains and names the clusters, computes the probabilities of each user's clusters, and draws the map of the users.</summary>
    /// <param name="clean">Result of <see cref="Clean"/>.</param>
    /// <param name="learned">Result of <see cref="Learn"/>.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public PipelineResult Explain(CleanEvents clean, LearnedClusters learned)
    {
        Report(PipelineStage.Profile, 0);
        var (set, users, found) = (clean.Set, learned.Users, learned.Found);
        var (vectors, partition, telling) = (users.Vectors, found.Partition, users.Known.NearestOf(found.Partition));
        var tally = ClusterTally.Count(set, vectors, partition.Nearest, telling, found.Centroids);
        var features = new CatalogueFeatures(set.Events.ItemIds, learned.Catalogue, tally.Attention.Texts);
        var communities = users.ItemGroups is { } groups ? Communities.Describe(set, groups, features) : null;
        var profiled = ClusterProfiler.Describe(tally, features, found.Centroids, communities);
        var calibration = Calibrate(set, users, telling, found.Centroids);
        var memberships = Memberships.Compute(vectors, set.Activity, found.Centroids, calibration, _options.Threads, _cancellation);
        float[] distances = RowMath.Distances(vectors, found.Centroids, partition.Nearest);
        byte[] model = TrainedModel.Write(_options, set, users, found.Centroids, calibration);
        Report(PipelineStage.Profile, 1);

        return new PipelineResult(
            clean.UserIds, set.ItemCount, vectors, partition, distances, memberships, profiled.Clusters, found.Selection, found.Tree,
            Popularity.Of(tally, set.Events.ItemIds), profiled.Population, communities?.Items(set.Events.ItemIds) ?? [],
            SourceShare.Compute(set.Events, _options.Cleaning.Meanings, _options.Weighting), set.Events.RatingScales, clean.Steps, learned.Metrics, model,
            Project(clean.UserIds, vectors, partition.Nearest, learned.PreviousMap));
    }

    /// <summary>Splits the users for steps that run in shards, as other users follow who did not train.</summary>
    /// <param name="clean">Result of <see cref="Clean"/>.</param>
    /// <param name="learned">Result of <see cref="Learn"/>.</param>
    /// <param name="users">Number of users of each chunk but the last.</param>
    public IEnumerable<UserChunk> Split(CleanEvents clean, LearnedClusters learned, int users)
    {
        var (all, partition) = (learned.Users, learned.Found.Partition);
        int[] telling = all.Known.NearestOf(partition);
        foreach (int[] chunk in clean.Set.AllUsers().Chunk(users))
            yield return UserChunk.Create(clean.Set, all.Vectors, chunk, user => telling[user] >= 0, FixedOf);

        // The users of whom the encoder knows nothing have no direction of their own.
        int FixedOf(int user) => partition.Labels[user] == Partition.NoiseLabel ? ~partition.Nearest[user]
            : Algorithm.IsCentroidBased && telling[user] >= 0 ? UserChunk.Free : partition.Labels[user];
    }

    /// <summary>Holds out items for validation and test, and assigns the reference data to items and users.</summary>
    internal PreparedEvents Prepare(CleanEvents clean, ReferenceData reference)
    {
        var histories = DistinctHistories.Create(clean.Set);
        var split = LeaveOneOut.Split(clean.Set.Events, _options.Seed);
        var training = InteractionWeighting.Apply(split.Training, _options.Cleaning.Meanings, _options.Weighting);
        Report(PipelineStage.Clean, 1);
        return new PreparedEvents(
            clean.Set, histories, training, split.Validation, new RankingEvaluator(training, split.Test, _options.Threads, _cancellation),
            reference.Describe(clean.ItemIds), reference.GroupsOf(clean.UserIds),
            _options.CarryOver > 0 ? reference.Previous?.Unify(histories) : null);
    }

    /// <summary>Returns the exception to throw if the requested number of clusters needs more different users; null if it does not.</summary>
    /// <param name="distinct">Number of users with different histories.</param>
    internal PipelineException? Missing(int distinct) =>
        TooFew(distinct, distinct == 1 ? "all users have the same history after cleaning" : $"there are {distinct} users with different histories after cleaning");

    private PipelineException? TooFew(int found, string what) => TakesClusterCount && !_options.FewerClusters && found < _options.Clusters
        ? new PipelineException(FailureCode.FewerUsersThanClusters, $"{_options.Clusters} clusters were asked for, and {what}{(_options.IsSample ? ", of those who train (trainingUsers)" : "")}.")
        : null;

    /// <inheritdoc cref="UserEncoding.Encode"/>
    internal EncodedUsers Encode(PreparedEvents events) =>
        new UserEncoding(_options, (fraction, epoch) => Report(PipelineStage.Encode, fraction, epoch), _cancellation).Encode(events);

    /// <summary>Finds clusters, and chooses their number where it is not given.</summary>
    /// <exception cref="PipelineException">There are fewer different vectors than the requested number of clusters.</exception>
    internal FoundClusters Cluster(EncodedUsers users)
    {
        Report(PipelineStage.Cluster, 0);
        var selection = _options.Clusters is null && !Algorithm.FindsClusterCount ? ChooseClusterCount(users) : null;
        var found = Cluster(users.KnownVectors, _options.Clusters ?? selection?.Chosen, _options.Seed, _options.Threads, users.Known.Of(users.Previous?.Clusters));
        var (partition, tree) = users.Known.Widen(found, users.Vectors);
        if (TooFew(partition.Clusters, partition.Clusters == 1 ? "all users have the same vector" : $"the users fall into only {partition.Clusters} different vectors") is { } missing) throw missing;
        partition = partition.BySize();
        Report(PipelineStage.Cluster, 1);
        return new FoundClusters(partition, partition.Centroids(users.Vectors), selection, tree);
    }

    /// <summary>Evaluates separation, stability, rankings and agreement with known groups.</summary>
    internal ClusteringMetrics Evaluate(PreparedEvents events, EncodedUsers users, FoundClusters found)
    {
        Report(PipelineStage.Evaluate, 0);
        var evaluator = new ClusteringEvaluator(users.KnownVectors, users.Known.Of(found.Partition), _options.Seed, Device, _options.Threads, _cancellation) { IsSample = _options.IsSample };
        var metrics = evaluator.EvaluateSeparation(density: !TakesClusterCount) with { Noise = found.Partition.Noise / (double)users.Vectors.Rows };
        Report(PipelineStage.Evaluate, .3);
        metrics = evaluator.AddStability(metrics, (sample, seed) => ClusterSample(sample, found.Partition.Clusters, seed, _options.Threads));
        Report(PipelineStage.Evaluate, .7);
        metrics = events.RankingEvaluator.AddRanking(
            metrics, users.Encoder.Score, found.Partition, users.Known.NearestOf(found.Partition), Encoders.Named(_options.Encoder).UsesOrder ? _options.Seed : null);
        metrics = ClusteringEvaluator.AddAgreement(metrics, found.Partition, events.KnownGroups) with
        {
            TrainingLoss = [.. users.Epochs.Where(epoch => epoch.Loss is not null).Select(epoch => epoch.Loss!.Value)],
            TrainingRecallAt10 = [.. users.Epochs.Where(epoch => epoch.RecallAt10 is not null).Select(epoch => epoch.RecallAt10!.Value)],
        };
        Report(PipelineStage.Evaluate, 1);
        return metrics;
    }

    /// <summary>Draws the map, from the earlier one where there is any.</summary>
    private UserMap Project(string[] userIds, Matrix vectors, int[] clusters, PreviousMap? previous) =>
        UserProjection.Create(new ProjectionInput(userIds, vectors, clusters, _options.Seed, _options.Threads, _cancellation)
        {
            Former = previous is null ? null : new FormerPlaces(previous.Places, previous.Stayed(clusters)),
            Device = Device,
            Report = fraction => Report(PipelineStage.Project, fraction),
        });

    private MembershipCalibration Calibrate(InteractionSet set, EncodedUsers users, int[] telling, Matrix centroids)
    {
        using var truncated = TruncatedHistories.Create(set, _options.Cleaning.Meanings, _options.Weighting);
        return MembershipCalibration.Fit(
            users.Space.Project(users.Encoder.Encode(truncated.Set, _cancellation), _options.Threads, _cancellation), truncated.Set.Activity,
            [.. truncated.Users.Select(user => telling[user])], centroids);
    }

    private ClusterCountChoice ChooseClusterCount(EncodedUsers users)
    {
        var chosen = ClusterCountSelection.Choose(
            users.KnownVectors, (sample, clusters, seed) => ClusterSample(sample, clusters, seed, threads: 1),
            users.Previous?.Clusters.Distinct().Count(cluster => cluster >= 0), _options.Seed, _options.Threads, fraction => Report(PipelineStage.Cluster, fraction * .9), _cancellation);
        return _options.FewerClusters ? chosen.OrDivided(users.KnownVectors.Rows) : chosen;
    }

    /// <summary>Clusters a sample of the users; null if it has fewer different vectors than <paramref name="clusters"/>.</summary>
    private int[]? ClusterSample(Matrix sample, int clusters, int seed, int threads)
    {
        var partition = Cluster(sample, clusters, seed, threads).Partition;
        return TakesClusterCount && partition.Clusters < clusters ? null : partition.Labels;
    }

    private AlgorithmResult Cluster(Matrix points, int? clusters, int seed, int threads, int[]? previous = null) =>
        Algorithm.Fit(new AlgorithmInput(points, clusters, seed, threads, _cancellation, previous) { Device = Device }, _options.Parameters);

    private void Report(PipelineStage stage, double fraction, EpochReport? epoch = null)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(new PipelineProgress(stage, fraction, epoch));
    }
}
