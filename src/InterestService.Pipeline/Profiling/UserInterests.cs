using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Profiling;

/// <summary>An event of one user, with the catalogue entry of its item and the item's community in the published clustering, if it has one.</summary>
public sealed record UserEvent(
    string? ItemId, ItemDescription Item, string EventType, DateTime OccurredAt, double? Value, string? Query, string? Source = null, string? Community = null);

/// <summary>An interest of one user.</summary>
/// <param name="Dimension"><c>category</c>, <c>item</c>, <c>term</c> or <c>community</c>: items that users have in common.</param>
/// <param name="Name">The category, the item's id, the term, or the name of the community.</param>
/// <param name="Title">The item's title, where there is one.</param>
/// <param name="Intensity">How strong, 0 to 1; 0 where all speaks against it; older events count less, their age measured at the user's last event.</param>
/// <param name="Sentiment">-1 (dislikes, low ratings) to 1 (purchases, favourites, high ratings); 0: only looked.</param>
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

    /// <summary>
    /// Minimum number of events of an interest: one event can be an accident. One search is enough for the terms of its query, which are the
    /// user's own words.
    /// </summary>
    private const int MinEvents = 2;

    /// <summary>Weight of the population's shares, mixed into the user's, so that a few events give no extreme lift.</summary>
    private const double Smoothing = 10;

    /// <summary>Finds the interests in all dimensions.</summary>
    /// <param name="events">Events of one user, in any order.</param>
    /// <param name="meanings">What events mean. What was taken back does not count; what speaks against an item counts for sentiment only.</param>
    /// <param name="repeatWindow">The same act again within this time is one act.</param>
    /// <param name="halfLife">Age at which an event counts half, measured at the user's last event.</param>
    /// <param name="population">Share of one of the <see cref="Features"/> among all users, or null when unknown.</param>
    /// <returns>The most intense first.</returns>
    public static IReadOnlyList<UserInterest> Find(
        IReadOnlyList<UserEvent> events,
        EventMeanings meanings,
        TimeSpan repeatWindow,
        TimeSpan halfLife,
        Func<string, string, double?> population)
    {
        if (events.Count == 0) return [];
        DateTime now = events.Max(e => e.OccurredAt);
        var categories = CategoryNames.Choose(events.SelectMany(e => e.Item.Categories));
        var sums = new Dictionary<(string Dimension, string Name), Sum>();
        double total = 0;
        foreach (var (e, preference) in WithPreferences([.. events.OrderBy(e => e.OccurredAt)], meanings, repeatWindow))
        {
            double decay = Math.Pow(2, -(now - e.OccurredAt) / halfLife);
            double weight = decay * Math.Max(0, preference.Weight);
            total += weight;
            foreach (var key in Features(e))
            {
                if (!sums.TryGetValue(key, out Sum? sum)) sums.Add(key, sum = new Sum());
                sum.Weight += weight;
                sum.Sentiment += decay * (preference.Sentiment ?? 0);
                sum.SentimentWeight += preference.Sentiment is null ? 0 : decay;
                sum.Events++;
                sum.Searched |= key.Dimension == "term" && e.ItemId is null;
                if (e.OccurredAt >= sum.LastSeen) (sum.LastSeen, sum.Title) = (e.OccurredAt, e.Item.Title);
            }
        }

        return [.. sums
            .Where(pair => pair.Value.Events >= MinEvents || pair.Value.Searched)
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
        if (e.Community is not null) yield return ("community", e.Community);
        foreach (string term in Terms.Extract($"{e.Item.Title} . {e.Query}")) yield return ("term", term);
    }

    /// <summary>Returns the events that say something, with what they say.</summary>
    private static IEnumerable<(UserEvent Event, Preference Preference)> WithPreferences(UserEvent[] events, EventMeanings meanings, TimeSpan repeatWindow)
    {
        var builder = new EventLogBuilder();
        foreach (var e in events)
            builder.Add("", e.ItemId, e.EventType, new DateTimeOffset(e.OccurredAt).ToUnixTimeMilliseconds(), origin: new EventOrigin(e.Source, false), value: e.Value);
        using var log = builder.Build();
        return [.. Preferences.Of(log, meanings, repeatWindow).Select(preference => (events[preference.Event], preference))];
    }

    private static double? Lift(double weight, double total, double? share) =>
        share is null or 0 ? null : (weight + Smoothing * share) / (total + Smoothing) / share;

    private sealed class Sum
    {
        public double Weight { get; set; }
        public double Sentiment { get; set; }
        public double SentimentWeight { get; set; }
        public int Events { get; set; }
        public bool Searched { get; set; }
        public DateTime LastSeen { get; set; }
        public string? Title { get; set; }
    }
}
