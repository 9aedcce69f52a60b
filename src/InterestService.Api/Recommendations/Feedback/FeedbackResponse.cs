using InterestService.Pipeline.Evaluation.Proportions;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>What followed from recommendations. Intervals cover the truth in 95 of 100 cases.</summary>
/// <param name="From">Impressions before this time are left out; null: no bound.</param>
/// <param name="To">Impressions at or after this time are left out; null: no bound.</param>
/// <param name="Overall">All users.</param>
/// <param name="Clusters">By the user's cluster when the items were recommended, the most impressions first.</param>
/// <param name="UnknownImpressions">Impressions that do not count, because their <c>recommendationId</c> was never issued.</param>
/// <param name="ClicksWithoutImpression">
/// Items that were clicked and that no impression says were shown. They do not count, because the rates would then leave out only those
/// lost impressions that led to nothing.
/// </param>
/// <param name="ConversionsWithoutImpression">As <paramref name="ClicksWithoutImpression"/>, for conversions.</param>
/// <param name="UndoneConversions">
/// Items shown whose conversions do not count, because the user took them back, as by <c>refund</c>, <c>return</c> or <c>cancel</c> of the item, with
/// or without the <c>recommendationId</c>.
/// </param>
/// <param name="OtherEvents">
/// Events with a <c>recommendationId</c> that was issued which do not count, because they name no item or their type is neither an
/// impression nor a click nor a conversion.
/// </param>
/// <param name="Crossovers">
/// People who were shown items in both groups, as when ids of both are joined later: they count in neither, since the groups must be independent.
/// </param>
public sealed record FeedbackResponse(
    DateTime? From, DateTime? To, FeedbackFigures Overall, IReadOnlyList<ClusterFeedback> Clusters, long UnknownImpressions,
    long ClicksWithoutImpression, long ConversionsWithoutImpression, long UndoneConversions, long OtherEvents, int Crossovers);

/// <summary>What followed with the users of a cluster.</summary>
/// <param name="ClusterId">The cluster; null: users who were in none.</param>
/// <param name="Label">Its label; null when the published clustering has no such cluster.</param>
/// <param name="Figures">The figures.</param>
public sealed record ClusterFeedback(int? ClusterId, string? Label, FeedbackFigures Figures);

/// <summary>Users with recommendations beside the control group.</summary>
/// <param name="Recommended">Users who were recommended items.</param>
/// <param name="Control">Users in the control group, who were shown popular items.</param>
/// <param name="ClickUplift">Of the click rate; null while one of both has no impressions.</param>
/// <param name="ConversionUplift">Of the conversion rate; null while one of both has no impressions.</param>
public sealed record FeedbackFigures(FeedbackGroup Recommended, FeedbackGroup Control, FeedbackUplift? ClickUplift, FeedbackUplift? ConversionUplift);

/// <summary>What a group did with what it was shown.</summary>
/// <param name="Users">Number of users with an impression.</param>
/// <param name="Impressions">
/// Items that impressions report as shown, each once a recommendation. Recommendations are not stored: an item counts whether or not it was part of
/// the recommendation that the impression names.
/// </param>
/// <param name="Clicks">Of these, items with a click (<c>click</c>, <c>view</c>, <c>open</c> ...) of the same <c>recommendationId</c>, whenever it came.</param>
/// <param name="Conversions">Of these, items with a conversion (<c>purchase</c>, <c>enrol</c>, <c>booking</c> ...) of the same <c>recommendationId</c>, whenever it came, that was not taken back.</param>
/// <param name="ClickRate">Clicks an impression, with its interval; null without impressions.</param>
/// <param name="ConversionRate">Conversions an impression, with its interval; null without impressions.</param>
public sealed record FeedbackGroup(
    int Users, long Impressions, long Clicks, long Conversions, ProportionInterval? ClickRate, ProportionInterval? ConversionRate);

/// <summary>What a rate is above that of the control group.</summary>
/// <param name="Difference">Rate less the control group's.</param>
/// <param name="Low">Lower end of the interval. Above 0: recommending helps.</param>
/// <param name="High">Upper end.</param>
/// <param name="Relative">The difference as a part of the control group's rate; null when that is 0.</param>
public sealed record FeedbackUplift(double Difference, double Low, double High, double? Relative);
