using InterestService.Pipeline.Evaluation.Proportions;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class ProportionIntervalTests
{
    /// <summary>Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, .2553, .3662)]
    [InlineData(15, 148, .0624, .1605)]
    [InlineData(0, 20, 0, .1611)]
    [InlineData(1, 29, .0061, .1718)]
    public void A_proportion_has_the_published_interval(int successes, int trials, double low, double high) =>
        AssertEnds(low, high, ProportionInterval.Compute(successes, trials));

    /// <summary>Newcombe, "Interval estimation for the difference between independent proportions" (1998), table II, method 10.</summary>
    [Theory]
    [InlineData(56, 70, 48, 80, .0524, .3339)]
    [InlineData(9, 10, 3, 10, .1705, .8090)]
    [InlineData(6, 7, 2, 7, .0582, .8062)]
    [InlineData(5, 56, 0, 29, -.0381, .1926)]
    [InlineData(0, 10, 0, 20, -.1611, .2775)]
    [InlineData(0, 10, 0, 10, -.2775, .2775)]
    [InlineData(10, 10, 0, 20, .6791, 1)]
    [InlineData(10, 10, 0, 10, .6075, 1)]
    public void A_difference_has_the_published_interval(int successes, int trials, int otherSuccesses, int otherTrials, double low, double high) =>
        AssertEnds(low, high, ProportionInterval.Difference(ProportionInterval.Compute(successes, trials), ProportionInterval.Compute(otherSuccesses, otherTrials)));

    private static void AssertEnds(double low, double high, ProportionInterval found)
    {
        Assert.Equal(low, found.Low, 1e-4);
        Assert.Equal(high, found.High, 1e-4);
    }
}
