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

    private static readonly EventLog _planted = TestEvents.Blocks(4, 40, 12, 12, seed: 1, noise: .15);

    [Fact]
    public void A_pair_of_the_grid_is_what_a_clustering_of_its_own_would_be()
    {
        var result = Compare(["svd", "lda"], ["agglomerative", "kmeans"]);
        Assert.Equal([("svd", "agglomerative"), ("svd", "kmeans"), ("lda", "agglomerative"), ("lda", "kmeans")], result.Rows.Select(row => (row.Encoder, row.Algorithm)));
        Assert.All(result.Rows, row => Assert.Null(row.Error));
        var alone = InterestPipeline.Run(_planted, Nothing, _options with { Encoder = "lda", Algorithm = "kmeans" }, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equivalent(alone.Metrics, result.Rows[3].Metrics);
        Assert.Equal(160, result.Users);
        Assert.NotNull(result.Winner);
    }

    [Fact]
    public void MicrosoftMLs_kmeans_finds_the_planted_interests_too()
    {
        var sources = Nothing with { KnownGroups = users => [.. users.Select(user => user[..1])] };
        var result = PipelineComparison.Run(_planted, sources, _options, ["svd"], ["kmeans", "microsoft-ml-kmeans"], _ => { }, TestContext.Current.CancellationToken);
        Assert.All(result.Rows, row => Assert.InRange(row.Metrics!.AdjustedRandIndex!.Value, .9, 1));
    }

    [Fact]
    public void Time_and_memory_are_measured()
    {
        var row = Compare(["svd"], ["kmeans"]).Rows[0];
        Assert.True(row.Encoding!.Seconds > 0 && row.Clustering!.Seconds > 0);
        if (OperatingSystem.IsLinux()) Assert.InRange(row.Encoding.PeakMemoryBytes!.Value, 20_000_000, Environment.WorkingSet * 4L);
    }

    [Fact]
    public void What_a_pair_cannot_do_is_said_in_its_row()
    {
        var options = _options with { Parameters = _options.Parameters.With("learningRate", 1e30) };
        var result = PipelineComparison.Run(_planted, Nothing, options, ["autoencoder", "svd"], ["kmeans"], _ => { }, TestContext.Current.CancellationToken);
        Assert.Contains("learningRate", result.Rows[0].Error, StringComparison.Ordinal);
        Assert.Null(result.Rows[0].Metrics);
        Assert.NotNull(result.Rows[1].Metrics);
        Assert.Equal("svd", result.Winner!.Encoder);
    }

    [Fact]
    public void Progress_rises_from_pair_to_pair()
    {
        var seen = new List<ComparisonProgress>();
        PipelineComparison.Run(_planted, Nothing, _options, ["svd", "autoencoder"], ["kmeans", "dbscan"], seen.Add, TestContext.Current.CancellationToken);
        Assert.Equal(seen.Select(progress => progress.Overall).Order(), seen.Select(progress => progress.Overall));
        Assert.InRange(seen[^1].Overall, .9, 1);
        Assert.Equal(
            [("svd", null), ("svd", "kmeans"), ("svd", "dbscan"), ("autoencoder", null), ("autoencoder", "kmeans"), ("autoencoder", "dbscan")],
            seen.Select(progress => (progress.Encoder, progress.Algorithm)).Distinct());
    }

    private static PipelineSources Nothing => new(items => [.. items.Select(_ => new ItemDescription(null, []))], users => new string?[users.Count]);

    private static PipelineComparisonResult Compare(string[] encoders, string[] algorithms) =>
        PipelineComparison.Run(_planted, Nothing, _options, encoders, algorithms, _ => { }, TestContext.Current.CancellationToken);
}
