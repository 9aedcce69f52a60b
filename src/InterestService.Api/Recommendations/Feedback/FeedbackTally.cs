using InterestService.Pipeline.Evaluation.Proportions;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Sums the feedback of users. Impressions of one user are dependent, so that the intervals of the rates are based on users.</summary>
internal sealed class FeedbackTally
{
    private readonly Group _recommended = new();
    private readonly Group _control = new();

    public long Impressions => _recommended.Clicks.Trials + _control.Clicks.Trials;

    public void Add(bool isControl, FeedbackCounts user)
    {
        var group = isControl ? _control : _recommended;
        group.Clicks.Add(user.Clicks, user.Impressions);
        group.Conversions.Add(user.Conversions, user.Impressions);
    }

    public FeedbackFigures ToFigures() => new(
        Describe(_recommended), Describe(_control),
        Uplift(_recommended.Clicks, _control.Clicks), Uplift(_recommended.Conversions, _control.Conversions));

    private static FeedbackGroup Describe(Group group) => new(
        group.Clicks.Groups, group.Clicks.Trials, group.Clicks.Successes, group.Conversions.Successes,
        group.Clicks.Interval, group.Conversions.Interval);

    private static FeedbackUplift? Uplift(ClusteredProportion recommended, ClusteredProportion control)
    {
        if (recommended.Interval is not { } ours || control.Interval is not { } theirs) return null;
        var difference = ProportionInterval.Difference(ours, theirs);
        return new FeedbackUplift(difference.Value, difference.Low, difference.High, theirs.Value == 0 ? null : difference.Value / theirs.Value);
    }

    private sealed record Group
    {
        public ClusteredProportion Clicks { get; } = new();

        public ClusteredProportion Conversions { get; } = new();
    }
}

/// <summary>Feedback of one user.</summary>
internal readonly record struct FeedbackCounts(int Impressions, int Clicks, int Conversions)
{
    public FeedbackCounts Plus(FeedbackCounts other) =>
        new(Impressions + other.Impressions, Clicks + other.Clicks, Conversions + other.Conversions);
}
