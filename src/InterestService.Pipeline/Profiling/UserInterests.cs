using System.Globalization;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Profiling;

/// <summary>An event of one user, with what it speaks of.</summary>
public readonly record struct UserEvent(EventSubject Subject, string? ItemId, string EventType, DateTime OccurredAt, double? Value, string? Source = null);

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

/// <summary>Finds interests in users' own events: without a model, so they are as recent as the last event.</summary>
public static class UserInterests
{
    /// <summary>The dimension of terms.</summary>
    internal const string Term = "term";

    /// <summary>Decayed weight at which the intensity of an interest is .5: about one purchase and a view.</summary>
    private const double HalfIntensity = 5;

    /// <summary>
    /// Minimum number of events of an interest: one event can be an accident. One search is enough for the terms of its query, which are the
    /// user's own words.
    /// </summary>
    private const int MinEvents = 2;

    /// <summary>Weight of the population's shares, mixed into the user's, so that a few events give no extreme lift.</summary>
    private const double Smoothing = 10;

    /// <summary>Finds the interests of some users in all dimensions. Thread-safe.</summary>
    /// <param name="users">The events of each user, at least one, by time; their features are of one <see cref="InterestFeatures"/>.</param>
    /// <param name="meanings">
    /// What events mean. What was taken back does not count; what speaks against an item counts for sentiment only. A rating without a known scale
    /// is on the one that fits all ratings of its type.
    /// </param>
    /// <param name="repeatWindow">The same act again within this time is one act.</param>
    /// <param name="halfLife">Age at which an event counts half, measured at the user's last event.</param>
    /// <returns>The interests of each user, the most intense first.</returns>
    public static IReadOnlyList<UserInterest>[] Find(
        IReadOnlyList<IReadOnlyList<UserEvent>> users, EventMeanings meanings, TimeSpan repeatWindow, TimeSpan halfLife)
    {
        using var log = CreateLog(users);
        var preferences = CollectionsMarshal.AsSpan(Preferences.Of(log, meanings, repeatWindow));
        var tally = new Tally(halfLife);
        var interests = new IReadOnlyList<UserInterest>[users.Count];
        int next = 0;
        for (int user = 0; user < interests.Length; user++)
        {
            tally.Begin(users[user]);
            for (; next < preferences.Length && preferences[next].Event < log.UserOffsets[user + 1]; next++)
                tally.Add(users[user][preferences[next].Event - log.UserOffsets[user]], preferences[next]);
            interests[user] = tally.End();
        }

        return interests;
    }

    private static EventLog CreateLog(IReadOnlyList<IReadOnlyList<UserEvent>> users)
    {
        var builder = new EventLogBuilder();
        foreach (var (user, events) in users.Index())
        {
            string id = user.ToString(CultureInfo.InvariantCulture);
            foreach (var e in events)
                builder.Add(id, e.ItemId, e.EventType, new DateTimeOffset(e.OccurredAt).ToUnixTimeMilliseconds(), origin: new EventOrigin(e.Source, false), value: e.Value);
        }

        return builder.Build();
    }

    /// <summary>Sums what the events of one user after the other say of each feature.</summary>
    private sealed class Tally(TimeSpan halfLife)
    {
        private readonly Dictionary<InterestFeature, Sum> _sums = [];

        /// <summary>How often the user's events spell a category in a way, in the order in which the spellings come.</summary>
        private readonly Dictionary<(InterestFeature Category, string Spelling), int> _spellings = [];

        private DateTime _now;
        private double _total;

        public void Begin(IReadOnlyList<UserEvent> events)
        {
            _sums.Clear();
            _spellings.Clear();
            (_now, _total) = (events[^1].OccurredAt, 0);
            foreach (var e in events)
                foreach (var spelling in e.Subject.Spellings) CollectionsMarshal.GetValueRefOrAddDefault(_spellings, spelling, out _)++;
        }

        public void Add(in UserEvent e, Preference preference)
        {
            double decay = Math.Pow(2, -(_now - e.OccurredAt) / halfLife);
            double weight = decay * Math.Max(0, preference.Weight);
            _total += weight;
            foreach (var feature in e.Subject.Features)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, feature, out _);
                sum.Weight += weight;
                sum.Sentiment += decay * (preference.Sentiment ?? 0);
                sum.SentimentWeight += preference.Sentiment is null ? 0 : decay;
                sum.Events++;
                sum.Searched |= e.ItemId is null && feature.Dimension == Term;
                sum.LastSeen = e.OccurredAt;
            }
        }

        public List<UserInterest> End()
        {
            var interests = new List<UserInterest>();
            Dictionary<InterestFeature, string>? names = null;
            foreach (var (feature, sum) in _sums)
            {
                if (sum.Events < MinEvents && !sum.Searched) continue;
                interests.Add(new UserInterest(
                    feature.Dimension, (names ??= ChooseSpellings()).GetValueOrDefault(feature, feature.Name), feature.Title,
                    sum.Weight / (sum.Weight + HalfIntensity),
                    sum.SentimentWeight == 0 ? 0 : Math.Clamp(sum.Sentiment / sum.SentimentWeight, -1, 1),
                    Lift(sum.Weight, _total, feature.Share), sum.Events, sum.LastSeen));
            }

            interests.Sort(Compare);
            return interests;
        }

        /// <summary>Returns the most frequent spelling of each category, of equally frequent ones the first.</summary>
        private Dictionary<InterestFeature, string> ChooseSpellings()
        {
            var chosen = new Dictionary<InterestFeature, (string Spelling, int Count)>();
            foreach (var ((category, spelling), count) in _spellings)
                if (count > chosen.GetValueOrDefault(category).Count) chosen[category] = (spelling, count);
            return chosen.ToDictionary(pair => pair.Key, pair => pair.Value.Spelling);
        }

        private static int Compare(UserInterest a, UserInterest b) =>
            b.Intensity.CompareTo(a.Intensity) is not 0 and var stronger ? stronger
            : string.CompareOrdinal(a.Dimension, b.Dimension) is not 0 and var dimension ? dimension
            : string.CompareOrdinal(a.Name, b.Name);

        private static double? Lift(double weight, double total, double? share) =>
            share is null or 0 ? null : (weight + Smoothing * share) / (total + Smoothing) / share;
    }

    private struct Sum
    {
        public double Weight;
        public double Sentiment;
        public double SentimentWeight;
        public int Events;
        public bool Searched;
        public DateTime LastSeen;
    }
}
