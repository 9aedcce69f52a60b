using InterestService.Pipeline.Evaluation.Proportions;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class ClusteredProportionTests
{
    [Fact]
    public void Groups_that_always_agree_count_as_one_trial_each()
    {
        var all = Of([(4, 4), (0, 4), (4, 4), (0, 4)]);
        Assert.Equal(4 * 4.0 / 3, all.DesignEffect, 1e-12); // 4 trials a group, and the sample variance's m / (m - 1)
        Assert.Equal((8, 16, 4), (all.Successes, all.Trials, all.Groups));
    }

    [Fact]
    public void Groups_of_one_trial_are_independent_trials()
    {
        var all = Of([.. Enumerable.Range(0, 1000).Select(i => (i % 4 == 0 ? 1 : 0, 1))]);
        Assert.Equal(1, all.DesignEffect, 2e-3);
        Assert.Equal(ProportionInterval.Compute(250, 1000).Low, all.Interval!.Low, 1e-4);
    }

    [Fact]
    public void Where_nothing_varies_a_group_counts_as_one_trial_and_without_trials_there_is_no_interval()
    {
        Assert.Equal(ProportionInterval.Compute(0, 20), Of([.. Enumerable.Repeat((0, 50), 20)]).Interval);
        Assert.Equal(ProportionInterval.Compute(1, 1), Of([(7, 7)]).Interval);
        Assert.Null(Of([]).Interval);
    }

    [Fact]
    public void The_interval_covers_the_truth_where_users_differ_and_the_plain_one_does_not()
    {
        var random = new Random(5);
        const int audiences = 500;
        int covered = 0, plain = 0;
        for (int audience = 0; audience < audiences; audience++)
        {
            var all = Of([.. Enumerable.Range(0, 60).Select(_ =>
            {
                double own = random.NextDouble() < .5 ? .05 : .35; // .2 on the average
                int shown = random.Next(5, 40);
                return (Enumerable.Range(0, shown).Count(_ => random.NextDouble() < own), shown);
            })]);
            if (Covers(all.Interval!)) covered++;
            if (Covers(ProportionInterval.Compute(all.Successes, all.Trials))) plain++;
        }

        Assert.InRange(covered, .92 * audiences, .98 * audiences);
        Assert.True(plain < .8 * audiences, $"{plain}");

        static bool Covers(ProportionInterval interval) => interval.Low <= .2 && interval.High >= .2;
    }

    private static ClusteredProportion Of(IEnumerable<(int Successes, int Trials)> groups)
    {
        var all = new ClusteredProportion();
        foreach (var (successes, trials) in groups) all.Add(successes, trials);
        return all;
    }
}
