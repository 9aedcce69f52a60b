using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Profiling;

/// <summary>An event of one user, with the catalogue entry of its item.</summary>
public sealed record UserEvent(string? ItemId, ItemDescription Item, string EventType, DateTime OccurredAt, double? Value, string? Query);

/// <summary>An interest of one user.</summary>
/// <param name="Dimension"><c>category</c>, <c>item</c> or <c>term</c>.</param>
/// <param name="Name">The category, the item's id, or the term.</param>
/// <param name="Title">The item's title, where there is one.</param>
/// <param name="Intensity">How strong, 0 to 1; older events count less, their age measured at the user's last event.</param>
/// <param name="Sentiment">-1 (returns, dislikes, low ratings) to 1 (purchases, favourites, high ratings); 0: only looked.</param>
/// <param name="Lift">The user's share over everyone's; null while nothing is published or it is new since.</param>
/// <param name="Events">Events that speak of it.</param>
/// <param name="LastSeen">The last of them.</param>
public sealed record UserInterest(
    string Dimension, string Name, string? Title, double Intensity, double Sentiment, double? Lift, int Events, DateTime LastSeen);

/// <summary>Finds interests in one user's own events: without a model, so they are as recent as the last event.</summary>
public static class UserInterests
{
    /// <summary>Decayed weight at which the intensity of an interest is .5: about one purchase and a view.</summary>
    private const double HalfIntensity = 5;

    /// <summary>Minimum number of events of an interest: one event can be an accident.</summary>
    private const int MinEvents = 2;

    /// <summary>Weight of the population's shares, mixed into the user's, so that a few events give no extreme lift.</summary>
    private const double Smoothing = 10;

    private static readonly Dictionary<string, double> _sentiments = new(StringComparer.OrdinalIgnoreCase)
    {
        ["purchase"] = 1,
        ["favourite"] = 1,
        ["favorite"] = 1,
        ["bookmark"] = 1,
        ["like"] = 1,
        ["follow"] = 1,
        ["share"] = 1,
        ["return"] = -1,
        ["dislike"] = -1,
        ["unlike"] = -1,
        ["unfollow"] = -1,
        ["drop"] = -1,
    };

    /// <summary>Finds the interests in the dimensions category, item and term.</summary>
    /// <param name="events">Events of one user, in any order.</param>
    /// <param name="weights">Weight of each event type; a type that is not named weighs 1. Types at 0 or below count for sentiment only.</param>
    /// <param name="halfLife">Age at which an event counts half, measured at the user's last event.</param>
    /// <param name="population">Share of one of the <see cref="Features"/> among all users, or null when unknown.</param>
    /// <returns>The most intense first.</returns>
    public static IReadOnlyList<UserInterest> Find(
        IReadOnlyList<UserEvent> events,
        IReadOnlyDictionary<string, float> weights,
        TimeSpan halfLife,
        Func<string, string, double?> population)
    {
        if (events.Count == 0) return [];
        DateTime now = events.Max(e => e.OccurredAt);
        double meanRating = events.Where(IsRating).Select(Rating).DefaultIfEmpty().Average();
        double ratingRange = events.Where(IsRating).Select(e => Math.Abs(Rating(e) - meanRating)).DefaultIfEmpty().Max();

        var categories = CategoryNames.Choose(events.SelectMany(e => e.Item.Categories));
        var sums = new Dictionary<(string Dimension, string Name), Sum>();
        double total = 0;
        foreach (var e in events)
        {
            double decay = Math.Pow(2, -(now - e.OccurredAt) / halfLife);
            double weight = decay * Math.Max(0, weights.GetValueOrDefault(e.EventType, 1f));
            double? sentiment = IsRating(e)
                ? (ratingRange == 0 ? 0 : (Rating(e) - meanRating) / ratingRange)
                : _sentiments.TryGetValue(e.EventType, out double sign) ? sign : null;
            total += weight;
            foreach (var key in Features(e))
            {
                if (!sums.TryGetValue(key, out Sum? sum)) sums.Add(key, sum = new Sum());
                sum.Weight += weight;
                sum.Sentiment += decay * (sentiment ?? 0);
                sum.SentimentWeight += sentiment is null ? 0 : decay;
                sum.Events++;
                if (e.OccurredAt >= sum.LastSeen) (sum.LastSeen, sum.Title) = (e.OccurredAt, e.Item.Title);
            }
        }

        return [.. sums
            .Where(pair => pair.Value.Events >= MinEvents)
            .Select(pair => new UserInterest(
                pair.Key.Dimension, pair.Key.Dimension == "category" ? categories[pair.Key.Name] : pair.Key.Name,
                pair.Key.Dimension == "item" ? pair.Value.Title : null,
                pair.Value.Weight / (pair.Value.Weight + HalfIntensity),
                pair.Value.SentimentWeight == 0 ? 0 : Math.Clamp(pair.Value.Sentiment / pair.Value.SentimentWeight, -1, 1),
                Lift(pair.Value.Weight, total, population(pair.Key.Dimension, pair.Key.Name)),
                pair.Value.Events, pair.Value.LastSeen))
            .OrderByDescending(interest => interest.Intensity)
            .ThenBy(interest => interest.Dimension, StringComparer.Ordinal)
            .ThenBy(interest => interest.Name, StringComparer.Ordinal)];
    }

    /// <summary>Returns the features of an event, without duplicates; a category by its <see cref="CategoryNames.Key"/>.</summary>
    public static IEnumerable<(string Dimension, string Name)> Features(UserEvent e)
    {
        foreach (string category in e.Item.Categories.Select(CategoryNames.Key).Distinct())
            if (category.Length > 0) yield return ("category", category);
        if (e.ItemId is not null) yield return ("item", e.ItemId);
        foreach (string term in Terms.Extract($"{e.Item.Title} . {e.Query}")) yield return ("term", term);
    }

    private static bool IsRating(UserEvent e) => e.Value is not null && e.EventType.Equals("rating", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns a bounded rating, so that no sum of ratings overflows.</summary>
    private static double Rating(UserEvent e) => Math.Clamp(e.Value!.Value, -1e100, 1e100);

    private static double? Lift(double weight, double total, double? share) =>
        share is null or 0 ? null : (weight + Smoothing * share) / (total + Smoothing) / share;

    private sealed class Sum
    {
        public double Weight { get; set; }
        public double Sentiment { get; set; }
        public double SentimentWeight { get; set; }
        public int Events { get; set; }
        public DateTime LastSeen { get; set; }
        public string? Title { get; set; }
    }
}
