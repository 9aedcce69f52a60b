using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

/// <summary>Clusterings of a few users, with duplicates: evaluation describes a clustering and never decides whether there is one.</summary>
public sealed class SmallDataTests
{
    private static readonly int?[] _counts = [null, 1, 3, 10];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (string encoder in Encoders.Names)
                foreach (string algorithm in Algorithms.ComparisonNames) pairs.Add(encoder, algorithm);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Random_users_are_clustered_or_refused_with_a_reason(string encoder, string algorithm)
    {
        var random = new Random((encoder + algorithm).Sum(letter => letter));
        foreach (int size in (int[])[1, 2, random.Next(3, 9), random.Next(9, 25), random.Next(25, 61)])
        {
            int? clusters = _counts[random.Next(_counts.Length)];
            bool fewer = random.Next(2) == 0;
            int minimumItemUsers = random.Next(1, 3), seed = random.Next();
            string described = $"{size} users, {clusters?.ToString() ?? "auto"} clusters, fewer: {fewer}, items of {minimumItemUsers} users, seed {seed}";
            var options = Options(encoder, algorithm, clusters) with { FewerClusters = fewer, Cleaning = new() { MinimumItemUsers = minimumItemUsers } };
            try
            {
                var result = Run(RandomUsers(size, seed), options);
                AssertConsistent(result, options, described);
            }
            catch (PipelineException exception)
            {
                Assert.True(exception.Code is FailureCode.NothingLeft or FailureCode.FewerUsersThanClusters, $"{described}: {exception.Message}");
                Assert.True(!fewer || exception.Code == FailureCode.NothingLeft, $"{described}: {exception.Message}");
                Assert.True(exception.Code == FailureCode.NothingLeft || clusters is not null, $"{described}: {exception.Message}");
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException(described, exception);
            }
        }
    }

    [Theory]
    [InlineData("kmeans")]
    [InlineData("agglomerative")]
    public void A_rare_user_does_not_make_the_success_depend_on_the_seed(string algorithm)
    {
        var users = Enumerable.Range(0, 90).SelectMany(user => Acts($"u{user}", user % 3, 3))
            .Concat(Acts("rare", 7, 4)).Concat(Acts("rare2", 7, 3)).Concat([("rare2", "k0-0", "view", 9), ("rare", "k1-0", "view", 9)]);
        var log = users.ToArray();
        for (int seed = 1; seed <= 6; seed++)
        {
            var result = Run(TestEvents.Log(log), Options("svd", algorithm, 5) with { Seed = seed });
            Assert.Equal(5, result.Clusters.Length);
            Assert.Equal(5, result.Metrics.StabilitySampleSize + result.Metrics.StabilitySkippedPairs);
            Assert.True(result.Metrics.Stability is not null || result.Metrics.Notes.ContainsKey("stability"));
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Users_with_the_same_history_get_the_same_answer(string encoder, string algorithm)
    {
        var log = TestEvents.Log([.. Enumerable.Range(0, 40).SelectMany(user => Acts($"u{user:00}", user % 4, 2 + (user % 4)))]);
        var result = Run(log, Options(encoder, algorithm, null));
        for (int user = 4; user < 40; user++)
        {
            Assert.Equal(result.Vectors.Row(user % 4), result.Vectors.Row(user));
            Assert.Equal(result.Partition.Nearest[user % 4], result.Partition.Nearest[user]);
            Assert.Equal(result.Distances[user % 4], result.Distances[user]);
        }
    }

    [Fact]
    public void Users_with_the_same_history_stay_together_when_a_clustering_continues()
    {
        var log = Enumerable.Range(0, 40).SelectMany(user => Acts($"u{user:00}", user % 4, 3)).ToArray();
        var options = Options("svd", "kmeans", 4);
        var first = Run(TestEvents.Log(log), options);
        // Half of the users were in another cluster before, and some are new.
        int[] before = [.. first.Partition.Nearest.Select((cluster, user) => user % 5 == 0 ? -1 : user % 2 == 0 ? cluster : (cluster + 1) % 4)];
        var vectors = first.Vectors.SelectRows([.. Enumerable.Range(0, 40).Select(user => user % 2 == 0 ? user : (user + 1) % 40)]);
        var result = InterestPipeline.Run(
            TestEvents.Log(log), ReferenceData.Empty with { Previous = new PreviousUsers(vectors, before) }, options, _ => { },
            TestContext.Current.CancellationToken);
        for (int user = 4; user < 40; user++) Assert.Equal(result.Partition.Nearest[user % 4], result.Partition.Nearest[user]);
    }

    [Fact]
    public void Too_many_clusters_fail_before_the_training_with_both_numbers()
    {
        var log = TestEvents.Log([.. Enumerable.Range(0, 50).SelectMany(user => Acts($"u{user}", user % 3, 4))]);
        var seen = new List<PipelineStage>();
        var exception = Assert.Throws<PipelineException>(() => InterestPipeline.Run(
            log, ReferenceData.Empty, Options("transformer", "kmeans", 4), progress => seen.Add(progress.Stage), TestContext.Current.CancellationToken));
        Assert.Equal(FailureCode.FewerUsersThanClusters, exception.Code);
        Assert.Contains("4 clusters were asked for, and there are 3 users", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PipelineStage.Encode, seen);
    }

    private static PipelineOptions Options(string encoder, string algorithm, int? clusters) => new()
    {
        Encoder = encoder,
        Algorithm = algorithm,
        Clusters = clusters,
        Device = "cpu",
        Threads = 2,
        Parameters = new() { ["dimensions"] = 8, ["epochs"] = 2 },
    };

    private static PipelineResult Run(EventLog log, PipelineOptions options)
    {
        var titles = log.ItemIds.ToDictionary(item => item, item => new ItemDescription($"Title of {item}", ["Things"]));
        return InterestPipeline.Run(log, ReferenceData.Empty with { Items = titles }, options, _ => { }, TestContext.Current.CancellationToken);
    }

    private static void AssertConsistent(PipelineResult result, PipelineOptions options, string described)
    {
        if (Algorithms.Named(options.Algorithm).TakesClusterCount && options is { Clusters: { } clusters, FewerClusters: false })
            Assert.True(result.Clusters.Length == clusters, described);
        Assert.All(result.Vectors.Values, value => Assert.True(float.IsFinite(value), described));
        Assert.All(result.Memberships.Probabilities, value => Assert.True(value is >= 0 and <= 1, described));
        Assert.Equal(result.UserIds.Length, result.Clusters.Sum(cluster => cluster.Users));
        foreach (string metric in (string[])[
            nameof(ClusteringMetrics.Silhouette), nameof(ClusteringMetrics.SimplifiedSilhouette), nameof(ClusteringMetrics.CalinskiHarabasz),
            nameof(ClusteringMetrics.DaviesBouldin), nameof(ClusteringMetrics.Stability), nameof(ClusteringMetrics.Dbcv),
            nameof(ClusteringMetrics.AdjustedRandIndex), nameof(ClusteringMetrics.NormalizedMutualInformation), nameof(ClusteringMetrics.RecallAt10),
            nameof(ClusteringMetrics.NdcgAt10), nameof(ClusteringMetrics.ClusterPopularity), nameof(ClusteringMetrics.Popularity),
            nameof(ClusteringMetrics.ItemKnn), nameof(ClusteringMetrics.RecallAt10Shuffled), nameof(ClusteringMetrics.OrderEffect),
            nameof(ClusteringMetrics.SilhouetteStandardError), nameof(ClusteringMetrics.StabilityStandardError),
            nameof(ClusteringMetrics.RecallAt10StandardError), nameof(ClusteringMetrics.NdcgAt10StandardError), nameof(ClusteringMetrics.OrderEffectStandardError)])
        {
            object? value = typeof(ClusteringMetrics).GetProperty(metric)!.GetValue(result.Metrics);
            Assert.True(value is null == result.Metrics.Notes.ContainsKey(char.ToLowerInvariant(metric[0]) + metric[1..]), $"{described}: {metric}");
            if (value is double figure) Assert.True(double.IsFinite(figure), $"{described}: {metric} is {figure}");
        }
    }

    /// <summary>Acts on the items of one kind, the same for all its users.</summary>
    private static IEnumerable<(string, string?, string, double)> Acts(string user, int kind, int count) =>
        Enumerable.Range(0, count).Select(act => (user, (string?)$"k{kind}-{act}", "view", (double)act));

    /// <summary>Users with a few random acts; about half of the users are copies of others.</summary>
    private static EventLog RandomUsers(int users, int seed)
    {
        var random = new Random(seed);
        var histories = new List<(string? Item, string Type, double Time)[]>();
        for (int user = 0; user < users; user++)
        {
            histories.Add(user > 0 && random.Next(2) == 0
                ? histories[random.Next(user)]
                : [.. Enumerable.Range(0, random.Next(1, 9)).Select(act => ((string?)$"i{random.Next(8)}", random.Next(3) == 0 ? "purchase" : "view", act * 1.0))]);
        }

        return TestEvents.Log([.. histories.SelectMany((acts, user) => acts.Select(act => ($"u{user:00}", act.Item, act.Type, act.Time)))]);
    }
}
