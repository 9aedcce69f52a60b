using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

public sealed class InterestPipelineTests
{
    private static readonly PipelineOptions _options = new()
    {
        Encoder = "autoencoder",
        Clusters = 4,
        Device = "cpu",
        Parameters = new() { ["dimensions"] = 16, ["epochs"] = 30, ["batchSize"] = 16, ["learningRate"] = 5e-3 },
    };

    /// <summary>A run disposes its log, so each gets a new one.</summary>
    private static EventLog Planted => TestEvents.Blocks(4, 40, 12, 12, seed: 1, noise: .15);

    [Fact]
    public void Planted_interests_are_found()
    {
        var result = Run(Planted, _options);
        Assert.True(AdjustedRandIndex.Compute(result.Partition.Labels, TestEvents.BlockOf(result.UserIds)) > .95);
        Assert.Equal([1, 2, 3, 4], result.Clusters.Select(cluster => cluster.Number.Value));
        Assert.Equal(result.Clusters.Select(cluster => cluster.Users).OrderDescending(), result.Clusters.Select(cluster => cluster.Users));
    }

    [Fact]
    public void Known_groups_are_used_for_evaluation_and_not_for_training()
    {
        var groups = Planted.UserIds.Where((_, n) => n % 4 != 0).ToDictionary(user => user, user => user[..1]);
        var result = InterestPipeline.Run(Planted, ReferenceData.Empty with { Groups = groups }, _options, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(120, result.Metrics.LabelledUsers);
        Assert.InRange(result.Metrics.AdjustedRandIndex!.Value, .95, 1);
        Assert.Equal(Run(Planted, _options).Vectors.Values, result.Vectors.Values);
    }

    [Fact]
    public void Metrics_include_those_of_the_baselines()
    {
        var metrics = Run(Planted, _options).Metrics;
        Assert.InRange(metrics.Stability!.Value, .9, 1);
        Assert.Equal(24, metrics.RankingSampleSize);
        Assert.True(metrics.RecallAt10 > metrics.Popularity!.RecallAt10);
        Assert.NotNull(metrics.ItemKnn);
        Assert.True(metrics.ClusterPopularity!.RecallAt10 > metrics.Popularity.RecallAt10);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        PipelineResult a = Run(Planted, _options), b = Run(Planted, _options);
        Assert.Equal(a.Vectors.Values, b.Vectors.Values);
        Assert.Equal(a.Partition.Labels, b.Partition.Labels);
        Assert.Equal(a.Distances, b.Distances);
        Assert.Equal(a.Memberships.Probabilities, b.Memberships.Probabilities);
        Assert.Equal(a.Model, b.Model);
        Assert.Equal(a.Map.Points.Values, b.Map.Points.Values);
        Assert.Equal(a.Clusters.Select(cluster => cluster.Label), b.Clusters.Select(cluster => cluster.Label));
    }

    [Fact]
    public void A_clustering_with_carry_over_moves_few_users()
    {
        // Eight clusters of four interests: how each interest is divided depends on the seed.
        var options = _options with { Clusters = 8 };
        var first = Run(Planted, options);
        PipelineResult Continue(int seed, double carryOver) => InterestPipeline.Run(
            Planted, ReferenceData.Empty with { Previous = new PreviousUsers(first.Vectors, first.Partition.Nearest) },
            options with { Seed = seed, CarryOver = carryOver }, _ => { }, TestContext.Current.CancellationToken);
        Assert.InRange(AdjustedRandIndex.Compute(first.Partition.Labels, Continue(2, .75).Partition.Labels), .9, 1);
        Assert.InRange(AdjustedRandIndex.Compute(first.Partition.Labels, Continue(2, 0).Partition.Labels), 0, .85);
        var again = Continue(1, .75);
        Assert.Equal(first.Vectors.Values, again.Vectors.Values);
        Assert.Equal(first.Partition.Labels, again.Partition.Labels);
        Assert.Equal(first.Memberships.Probabilities, again.Memberships.Probabilities);
    }

    [Fact]
    public void Progress_never_decreases_and_reports_every_stage()
    {
        var seen = new List<PipelineProgress>();
        InterestPipeline.Run(Planted, ReferenceData.Empty, _options, seen.Add, TestContext.Current.CancellationToken);
        Assert.Equal(seen.Select(progress => progress.Overall).Order(), seen.Select(progress => progress.Overall));
        Assert.Equal(
            [PipelineStage.Clean, PipelineStage.Encode, PipelineStage.Cluster, PipelineStage.Evaluate, PipelineStage.Profile, PipelineStage.Project],
            seen.Select(progress => progress.Stage).Distinct());
        var last = seen.Last(progress => progress.Stage == PipelineStage.Encode).Epoch!;
        Assert.Equal(last.Epochs, last.Epoch);
        Assert.NotNull(last.Loss);
        Assert.All(seen.Where(progress => progress.Stage != PipelineStage.Encode), progress => Assert.Null(progress.Epoch));
    }

    [Fact]
    public void A_log_without_events_fails() => AssertFails(FailureCode.NoEvents, TestEvents.Log(), _options);

    [Fact]
    public void A_log_emptied_by_cleaning_fails_with_the_removed_counts()
    {
        string message = AssertFails(FailureCode.NothingLeft, TestEvents.Log(("a", "x", "impression", 0), ("a", null, "search", 1)), _options);
        Assert.Contains("withoutItem 1", message, StringComparison.Ordinal);
        Assert.Contains("withoutWeight 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_fewer_users_than_clusters_fails_with_both_numbers()
    {
        string message = AssertFails(FailureCode.FewerUsersThanClusters, Planted, _options with { Clusters = 161 });
        Assert.Contains("161", message, StringComparison.Ordinal);
        Assert.Contains("160", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_with_identical_events_fail_as_fewer_than_clusters()
    {
        var same = TestEvents.Log([.. Enumerable.Range(0, 10).Select(user => ($"u{user}", (string?)"x", "view", 0.0))]);
        Assert.EndsWith("all users have the same history after cleaning.", AssertFails(FailureCode.FewerUsersThanClusters, same, _options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_not_finite_fails_and_names_the_learning_rate()
    {
        var diverging = _options with { Parameters = _options.Parameters.With("learningRate", 1e30) };
        Assert.Contains("learningRate", AssertFails(FailureCode.TrainingDiverged, Planted, diverging), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            InterestPipeline.Run(Planted, ReferenceData.Empty, _options, progress => { if (progress.Stage == PipelineStage.Encode) stop.Cancel(); }, stop.Token));
    }

    private static PipelineResult Run(EventLog log, PipelineOptions options) => InterestPipeline.Run(log, ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken);

    private static string AssertFails(FailureCode code, EventLog log, PipelineOptions options)
    {
        var exception = Assert.Throws<PipelineException>(() => Run(log, options));
        Assert.Equal(code, exception.Code);
        return exception.Message;
    }
}
