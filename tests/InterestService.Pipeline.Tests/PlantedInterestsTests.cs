using InterestService.Benchmarks.Planted;
using InterestService.Pipeline.Evaluation.Agreement;

namespace InterestService.Pipeline.Tests;

/// <summary>The measurements of the benchmark command <c>planted</c> at a smaller size.</summary>
public sealed class PlantedInterestsTests
{
    private static readonly PlantedInterestsOptions _small = new() { Users = 6_000, Items = 1_200, Events = 120_000, Interests = 12 };
    private static readonly PlantedInterests _planted = PlantedInterests.Generate(_small);

    [Fact]
    public void The_same_seed_gives_the_same_events_and_another_seed_does_not()
    {
        var again = PlantedInterests.Generate(_small);
        Assert.Equal(_planted.Log.Items, again.Log.Items);
        Assert.Equal(_planted.Log.Times, again.Log.Times);
        Assert.NotEqual(_planted.Log.Items, PlantedInterests.Generate(_small with { Seed = 2 }).Log.Items);
    }

    [Fact]
    public void Activity_is_skewed_and_seventy_percent_of_events_concern_the_main_interest()
    {
        var log = _planted.Log;
        Assert.InRange(log.EventCount, 118_000, 122_000);
        int[] activity = [.. log.UserOffsets.Skip(1).Zip(log.UserOffsets, (end, first) => end - first).Order()];
        Assert.Equal(1, activity[0]);
        Assert.InRange(activity[3_000], 9, 13);
        Assert.True(activity[^1] > 300);
        double main = Enumerable.Range(0, log.UserIds.Length).Sum(user => log.Items[log.UserOffsets[user]..log.UserOffsets[user + 1]]
            .Count(item => _planted.ItemInterests[item] == _planted.MainInterests[user])) / (double)log.EventCount;
        Assert.InRange(main, .7, .715); // a twelfth of the noise falls on the main interest as well
        Assert.InRange(_planted.Oracle(), .83, .87);
    }

    /// <summary>Three events a user on average, most with one, and ten users an item: a weak prior takes one community of nearly all items.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void Communities_recover_the_interests_of_users_of_few_events(int seed)
    {
        var sparse = PlantedInterests.Generate(new() { Users = 10_000, Items = 3_000, Events = 30_000, Interests = 10, Seed = seed });
        int[] interests = [.. sparse.MainInterests];
        var options = new PipelineOptions { Encoder = "communities", Clusters = 10, Seed = seed, Device = "cpu", Cleaning = new() { MinimumItemUsers = 1 } };
        var result = InterestPipeline.Run(sparse.Log, ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken);
        double agreement = AdjustedRandIndex.Compute(result.Partition.Labels, interests);
        Assert.True(agreement > .4, $"{agreement:F3}");
    }

    [Fact]
    public void Clusters_recover_the_interests_and_stated_probabilities_match_the_observed()
    {
        var options = new PipelineOptions
        {
            Encoder = "svd",
            Clusters = _small.Interests,
            Device = "cpu",
            Parameters = new() { ["dimensions"] = 32 },
            Cleaning = new() { MinimumItemUsers = 1 },
        };
        var result = InterestPipeline.Run(PlantedInterests.Generate(_small).Log, ReferenceData.Empty, options, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(_planted.Log.UserIds, result.UserIds);
        double agreement = AdjustedRandIndex.Compute(result.Partition.Labels, _planted.MainInterests);
        Assert.True(agreement > _planted.Oracle() - .1, $"{agreement:F3} against {_planted.Oracle():F3}");

        var reliability = Reliability.Compute(
            result.Memberships.FirstClusters, result.Memberships.FirstProbabilities, _planted.MainInterests);
        string table = string.Join('\n', reliability.Bins.Select(bin => $"{bin.Stated:F3} {bin.Observed:F3} {bin.Users}"));
        TestContext.Current.SendDiagnosticMessage(table);
        Assert.True(reliability.ExpectedCalibrationError < .03, table);
        var large = reliability.Bins.Where(bin => bin.From >= .5 && bin.Users >= 100).ToList();
        Assert.True(large.Count >= 4, table);
        // Three standard errors of a few hundred users, plus the error of the regression.
        Assert.All(large, bin => Assert.True(Math.Abs(bin.Stated - bin.Observed) < .1, table));
    }
}
