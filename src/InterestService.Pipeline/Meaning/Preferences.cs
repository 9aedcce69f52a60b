using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>
/// What the events of a log say of their items. A rating lies on a scale from -1 to 1 (<see cref="RatingScale"/>) and is read relative to the
/// mean of its user's ratings, or to the middle of the scale where these are all alike.
/// </summary>
internal sealed class Preferences
{
    /// <summary>Rounding errors of a mean are smaller.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Part of a rating's weight that counts for having dealt with the item.</summary>
    private const double DealtWith = .05;

    private readonly EventLog _log;
    private readonly TypeMeanings _types;
    private readonly EventWeights _weights;
    private readonly RatingScale[,] _scales; // [types, origins]
    private readonly double[] _centres;

    private Preferences(EventLog log, TypeMeanings types, EventWeights weights, (RatingScale[,] OfRatings, IReadOnlyList<SourceScale> List) scales, double[] centres)
    {
        (_log, _types, _weights, _centres) = (log, types, weights, centres);
        (_scales, Scales) = scales;
    }

    /// <summary>The scales of the log's ratings.</summary>
    public IReadOnlyList<SourceScale> Scales { get; }

    /// <summary>Reads the preferences of the kept events of a log.</summary>
    /// <param name="log">A log before cleaning.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    /// <param name="meanings">What types and sources mean.</param>
    public static Preferences Create(EventLog log, Column<bool> keep, TypeMeanings types, EventMeanings meanings)
    {
        var scales = SourceScales.Find(log, keep, types, meanings);
        return new Preferences(log, types, new EventWeights(types, log.OriginNames, meanings), scales, Centres(log, keep, types, scales.OfRatings));
    }

    /// <summary>
    /// Reads the preferences of users' events, without those that say nothing or were taken back. Dealing with an item that the user
    /// dislikes weighs nothing.
    /// </summary>
    /// <param name="log">Events before cleaning; events without an item count as well.</param>
    /// <param name="meanings">What types and sources mean.</param>
    /// <param name="repeatWindow">The same act again within this time is one act.</param>
    /// <returns>The preferences in the order of the events.</returns>
    public static List<Preference> Of(EventLog log, EventMeanings meanings, TimeSpan repeatWindow)
    {
        var types = new TypeMeanings(log.TypeNames, meanings);
        using var keep = new Column<bool>(log.EventCount);
        for (int e = 0; e < keep.Length; e++) keep[e] = types.Counts(log.Types[e]);
        RepeatedActs.Drop(log, keep, types, repeatWindow);
        UndoneActs.Drop(log, keep, types);
        var preferences = Create(log, keep, types, meanings);
        using Column<bool> disliked = Column.Create<bool>(keep.Span), liked = Column.Create<bool>(keep.Span);
        DislikedItems.Drop(log, liked, types, preferences);
        DislikedItems.Drop(log, disliked, types, preferences, disliked: true);
        var read = new List<Preference>(log.EventCount);
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
                if (keep[e]) read.Add(liked[e] || disliked[e] ? new Preference(e, preferences.Weight(user, e), preferences.Sentiment(user, e)) : new Preference(e, 0, null));
        }

        return read;
    }

    /// <summary>Whether the user says what the item is worth, rather than only dealing with it.</summary>
    public bool IsOpinion(int e) => _types.IsOpinion(_log.Types[e]) || HasRating(e);

    /// <summary>Weight of an event; below 0: against the item.</summary>
    public double Weight(int user, int e) => _weights[_log.Types[e], _log.OriginOf(e)] * Factor(user, e);

    /// <summary>
    /// Factor on the weight of an event's type, -1 to 1: how far a rating is above the user's mean, or below it and then against the item. A rating
    /// at the mean, or below it and yet in the upper half of the scale, is no dislike and counts a little, as the user dealt with the item.
    /// On generated ratings (2,000 users, 600 items, 10 interests, stars around 3.2 and around 4.3; held out: one of each user's best)
    /// recall@10 of <c>svd</c> is .37 and .24, with the values ignored .27 and .21, with half the weight at the mean .35 and .23; the
    /// adjusted Rand index with the main interests is .74 and .67, .53 and .56, .70 and .64. Subtracting dislikes from the vectors and scores changes
    /// neither, so that encoders do not use them.
    /// </summary>
    public float Factor(int user, int e)
    {
        if (!_types.IsRating(_log.Types[e])) return 1;
        if (!HasRating(e)) return .5f; // as a view
        double relative = Relative(user, e);
        return (float)(relative >= 0 || Place(e) > 0 ? Math.Max(relative, DealtWith) : relative);
    }

    /// <summary>Returns how much the user likes the item by this event, -1 to 1; null when it says nothing of that.</summary>
    public double? Sentiment(int user, int e)
    {
        int type = _log.Types[e];
        if (HasRating(e)) return Relative(user, e);
        return _types.IsOpinion(type) || _types.IsChoice(type) ? Math.Sign(_types.Weight(type)) : null;
    }

    private bool HasRating(int e) => _types.IsRating(_log.Types[e]) && !float.IsNaN(_log.ValueOf(e));

    private double Place(int e) => _scales[_log.Types[e], _log.OriginOf(e)].Place(_log.Values[e]);

    private double Relative(int user, int e)
    {
        double relative = Math.Clamp(Place(e) - _centres[user], -1, 1);
        return Math.Abs(relative) < Tolerance ? 0 : relative;
    }

    /// <summary>Computes the mean place of each user's ratings, <c>[users]</c>; 0, the middle, where all are alike.</summary>
    private static double[] Centres(EventLog log, Column<bool> keep, TypeMeanings types, RatingScale[,] scales)
    {
        double[] centres = new double[log.UserIds.Length];
        if (log.Values.Length == 0) return centres;
        for (int user = 0; user < centres.Length; user++)
        {
            double sum = 0, least = double.MaxValue, most = double.MinValue;
            int count = 0;
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                if (!keep[e] || !types.IsRating(log.Types[e]) || float.IsNaN(log.Values[e])) continue;
                double place = scales[log.Types[e], log.OriginOf(e)].Place(log.Values[e]);
                (sum, least, most, count) = (sum + place, Math.Min(least, place), Math.Max(most, place), count + 1);
            }

            if (most - least > Tolerance) centres[user] = sum / count;
        }

        return centres;
    }
}

/// <summary>What an event says of its item.</summary>
/// <param name="Event">Index of the event.</param>
/// <param name="Weight">How much, a view at 1; below 0: against the item.</param>
/// <param name="Sentiment">How much the user likes it, -1 to 1; null when the event says nothing of that.</param>
internal readonly record struct Preference(int Event, double Weight, double? Sentiment);
