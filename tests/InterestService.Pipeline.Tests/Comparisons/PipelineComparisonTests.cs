using System.Diagnostics;
using InterestService.Pipeline.Comparisons;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Comparisons;

public sealed class PipelineComparisonTests
{
    private static readonly PipelineOptions _options = new()
    {
        Clusters = 4,
        Device = "cpu",
        Parameters = new() { ["dimensions"] = 16, ["epochs"] = 5 },
    };

    /// <summary>A run disposes its log, so each gets a new one.</summary>
    private static EventLog Planted => TestEvents.Blocks(4, 40, 12, 12, seed: 1, noise: .15);

    [Fact]
    public void A_pair_of_the_grid_equals_a_separate_clustering()
    {
        var result = Compare(["svd", "lda"], ["agglomerative", "kmeans"]);
        Assert.Equal([("svd", "agglomerative"), ("svd", "kmeans"), ("lda", "agglomerative"), ("lda", "kmeans")], result.Rows.Select(row => (row.Encoder, row.Algorithm)));
        Assert.All(result.Rows, row => Assert.Null(row.Error));
        var alone = InterestPipeline.Run(Planted, ReferenceData.Empty, _options with { Encoder = "lda", Algorithm = "kmeans" }, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equivalent(alone.Metrics, result.Rows[3].Metrics);
        Assert.Equal(160, result.Users);
        Assert.NotNull(result.Winner);
    }

    [Fact]
    public void KMeans_of_MicrosoftML_recovers_the_planted_interests()
    {
        var reference = ReferenceData.Empty with { Groups = Planted.UserIds.ToDictionary(user => user, user => user[..1]) };
        var result = Compare(["svd"], ["kmeans", "microsoft-ml-kmeans"], reference: reference);
        Assert.All(result.Rows, row => Assert.InRange(row.Metrics!.AdjustedRandIndex!.Value, .9, 1));
    }

    [Fact]
    public void Both_stages_of_a_pair_are_measured()
    {
        var row = Compare(["svd"], ["kmeans"]).Rows[0];
        Assert.True(row.Encoding!.Seconds > 0 && row.Clustering!.Seconds > 0);
    }

    [Fact]
    public void The_failure_of_a_pair_is_recorded_in_its_row()
    {
        var options = _options with { Parameters = _options.Parameters.With("learningRate", 1e30) };
        var result = Compare(["autoencoder", "svd"], ["kmeans"], options);
        Assert.Contains("learningRate", result.Rows[0].Error, StringComparison.Ordinal);
        Assert.Null(result.Rows[0].Metrics);
        Assert.NotNull(result.Rows[1].Metrics);
        Assert.Equal("svd", result.Winner!.Encoder);
    }

    [Fact]
    public void Progress_increases_from_pair_to_pair()
    {
        var seen = new List<ComparisonProgress>();
        Compare(["svd", "autoencoder"], ["kmeans", "dbscan"], report: seen.Add);
        Assert.Equal(seen.Select(progress => progress.Overall).Order(), seen.Select(progress => progress.Overall));
        Assert.InRange(seen[^1].Overall, .9, 1);
        Assert.Equal(
            [("svd", null), ("svd", "kmeans"), ("svd", "dbscan"), ("autoencoder", null), ("autoencoder", "kmeans"), ("autoencoder", "dbscan")],
            seen.Select(progress => (progress.Encoder, progress.Algorithm)).Distinct());
    }

    private static PipelineComparisonResult Compare(
        string[] encoders, string[] algorithms, PipelineOptions? options = null, ReferenceData? reference = null, Action<ComparisonProgress>? report = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var clean = new InterestPipeline(options ?? _options, _ => { }, cancellation).Clean(Planted);
        return PipelineComparison.Run(
            clean, reference ?? ReferenceData.Empty, options ?? _options, encoders, algorithms, new Clock(), report ?? (_ => { }), cancellation);
    }

    private sealed class Clock : IStageMeter
    {
        public (T Result, StageCost Cost) Measure<T>(Func<T> stage)
        {
            var timer = Stopwatch.StartNew();
            return (stage(), new StageCost(timer.Elapsed.TotalSeconds, null));
        }
    }
}
