using InterestService.Pipeline.Comparisons;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Pipeline.Tests.Comparisons;

public sealed class ComparisonWinnerTests
{
    [Fact]
    public void The_most_stable_pair_within_a_standard_error_of_the_best_recall_wins()
    {
        var winner = ComparisonWinner.Choose([Row("best", .120, stability: .5), Row("stable", .112, stability: .9), Row("worse", .105, stability: .99)])!;
        Assert.Equal("stable", winner.Encoder);
        Assert.Equal(("clusterPopularityRecallAt10", .112, .120, .01), (winner.Criterion, winner.Value, winner.Best, winner.Margin));
    }

    [Fact]
    public void The_fastest_of_equally_stable_pairs_wins() =>
        Assert.Equal("quick", ComparisonWinner.Choose([Row("slow", .12, .8, seconds: 60), Row("quick", .118, .8, seconds: 5)])!.Encoder);

    [Fact]
    public void Known_groups_take_precedence_over_recall()
    {
        var winner = ComparisonWinner.Choose([Agreeing(Row("recalls", .12, .9), .4), Agreeing(Row("agrees", .06, .3), .8)])!;
        Assert.Equal(("agrees", "adjustedRandIndex"), (winner.Encoder, winner.Criterion));

        static ComparisonRow Agreeing(ComparisonRow row, double index) => row with { Metrics = row.Metrics! with { AdjustedRandIndex = index } };
    }

    [Fact]
    public void Without_held_out_users_the_stability_decides_and_no_silhouette_of_another_space()
    {
        var winner = ComparisonWinner.Choose([Unranked("compact", .5, silhouette: .6), Unranked("stable", .9, silhouette: .1)])!;
        Assert.Equal(("stable", "stability", .9), (winner.Encoder, winner.Criterion, winner.Value));
        Assert.Contains("not comparable", winner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_only_silhouettes_describe_have_no_winner() =>
        Assert.Null(ComparisonWinner.Choose([Unranked("one", null, silhouette: .6), Unranked("other", .9, silhouette: .1)]));

    private static ComparisonRow Unranked(string encoder, double? stability, double silhouette)
    {
        var row = Row(encoder, .1, .5);
        return row with { Metrics = row.Metrics! with { ClusterPopularity = null, Silhouette = silhouette, Stability = stability } };
    }

    [Fact]
    public void Single_clusters_mostly_noise_and_failures_do_not_qualify()
    {
        var single = Row("single", .5, 1) with { Clusters = 1 };
        var noise = Row("noise", .5, 1);
        Assert.Null(ComparisonWinner.Choose([single, noise with { Metrics = noise.Metrics! with { Noise = .6 } }, new ComparisonRow("failed", "kmeans") { Error = "no" }]));
    }

    private static ComparisonRow Row(string encoder, double recall, double stability, double seconds = 1) => new(encoder, "kmeans")
    {
        Clusters = 5,
        Metrics = new ClusteringMetrics { Silhouette = .3, Stability = stability, ClusterPopularity = new(recall, .01, recall / 2) },
        Encoding = new(seconds, null),
        Clustering = new(.1, null),
    };
}
