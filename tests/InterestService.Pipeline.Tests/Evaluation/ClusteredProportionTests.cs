using InterestService.Pipeline.Evaluation.Proportions;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class ClusteredProportionTests
{
    [Fact]
    public void Groups_of_identical_outcomes_count_as_one_trial_each()
    {
        var proportion = Compute([(4, 4), (0, 4), (4, 4), (0, 4)]);
        Assert.Equal(4 * 4.0 / 3, proportion.DesignEffect, 1e-12); // 4 trials per group, times m / (m - 1) of the sample variance
        Assert.Equal((8, 16, 4), (proportion.Successes, proportion.Trials, proportion.Groups));
    }

    [Fact]
    public void Groups_of_one_trial_count_as_independent_trials()
    {
        var proportion = Compute([.. Enumerable.Range(0, 1000).Select(i => (i % 4 == 0 ? 1 : 0, 1))]);
        Assert.Equal(1, proportion.DesignEffect, 2e-3);
        Assert.Equal(ProportionInterval.Compute(250, 1000).Low, proportion.Interval!.Low, 1e-4);
    }

    [Fact]
    public void Without_variance_a_group_counts_as_one_trial_and_without_trials_there_is_no_interval()
    {
        Assert.Equal(ProportionInterval.Compute(0, 20), Compute([.. Enumerable.Repeat((0, 50), 20)]).Interval);
        Assert.Equal(ProportionInterval.Compute(1, 1), Compute([(7, 7)]).Interval);
        Assert.Null(Compute([]).Interval);
    }

    [Fact]
    public void The_interval_covers_the_true_rate_if_users_differ_and_the_Wilson_interval_does_not()
    {
        var random = new Random(5);
        const int samples = 500;
        int covered = 0, wilson = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            var proportion = Compute([.. Enumerable.Range(0, 60).Select(_ =>
            {
                double rate = random.NextDouble() < .5 ? .05 : .35; // .2 on average
                int shown = random.Next(5, 40);
                return (Enumerable.Range(0, shown).Count(_ => random.NextDouble() < rate), shown);
            })]);
            if (Covers(proportion.Interval!)) covered++;
            if (Covers(ProportionInterval.Compute(proportion.Successes, proportion.Trials))) wilson++;
        }

        Assert.InRange(covered, .92 * samples, .98 * samples);
        Assert.True(wilson < .8 * samples, $"{wilson}");

        static bool Covers(ProportionInterval interval) => interval.Low <= .2 && interval.High >= .2;
    }

    private static ClusteredProportion Compute(IEnumerable<(int Successes, int Trials)> groups)
    {
        var proportion = new ClusteredProportion();
        foreach (var (successes, trials) in groups) proportion.Add(successes, trials);
        return proportion;
    }
}
