using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Meaning;

/// <summary>
/// What events say of their items, by type: how much (<see cref="Weights"/>), whether by a value (<see cref="RatingTypes"/>), whether a
/// user states an opinion or makes a choice, and what takes an earlier act back (<see cref="UndoTypes"/>). Types are compared by
/// <see cref="EventTypeNames"/>.
/// </summary>
public sealed record EventMeanings
{
    /// <summary>
    /// Strength of a type, a view at 1; below 0: against the item; 0: nothing. A type that is not named has 1, an undoing type 0.
    /// </summary>
    public IReadOnlyDictionary<string, float> Weights { get; init; } = DefaultWeights;

    /// <summary>Weight of the events of each source (case-insensitive), times that of the type. Default 1; one at 0 or below is excluded.</summary>
    public IReadOnlyDictionary<string, float> SourceWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>
    /// Weight of events that followed from a recommendation, times the others. Default 1. A lower weight reduces the feedback of the
    /// clusters on themselves; at 0 or below such events are excluded.
    /// </summary>
    public float FeedbackWeight { get; init; } = 1;

    /// <summary>Types whose value tells how much the user likes the item.</summary>
    public IReadOnlyList<string> RatingTypes { get; init; } = DefaultRatingTypes;

    /// <summary>
    /// Types by which a user says that an item is liked. Ratings and types with a weight below 0 are opinions as well. Where a user states
    /// opinions of an item, they decide whether it is liked, whatever the user does with it.
    /// </summary>
    public IReadOnlyList<string> OpinionTypes { get; init; } = DefaultOpinionTypes;

    /// <summary>Types by which a user chooses an item: they say that it is liked, as long as no opinion says otherwise.</summary>
    public IReadOnlyList<string> ChoiceTypes { get; init; } = DefaultChoiceTypes;

    /// <summary>Undoing types, each with the types that it takes back.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> UndoTypes { get; init; } = DefaultUndoTypes;

    /// <summary>Scales of ratings that are given rather than found, by <c>type</c> or <c>source/type</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, RatingScale> RatingScales { get; init; } = new Dictionary<string, RatingScale>();

    /// <summary>Scales that were found before, as those of a stored model. Default: none.</summary>
    public IReadOnlyList<SourceScale> KnownScales { get; init; } = [];

    public static IReadOnlyDictionary<string, float> DefaultWeights { get; } = new Dictionary<string, float>(EventTypeNames.Comparer)
    {
        ["block"] = -3,
        ["dislike"] = -2,
        ["downvote"] = -2,
        ["hide"] = -2,
        ["mute"] = -2,
        ["not_interested"] = -2,
        ["report"] = -2,
        ["thumbs_down"] = -2,
        ["dismiss"] = -1,
        ["impression"] = 0,
        ["skip"] = 0,
        ["view"] = 1,
        ["browse"] = 1,
        ["click"] = 1,
        ["search"] = 1,
        ["read"] = 1,
        ["play"] = 1,
        ["rating"] = 2,
        ["rate"] = 2,
        ["review"] = 2,
        ["score"] = 2,
        ["stars"] = 2,
        ["thumbs"] = 2,
        ["vote"] = 2,
        ["like"] = 2,
        ["upvote"] = 2,
        ["thumbs_up"] = 2,
        ["comment"] = 2,
        ["log"] = 2,
        ["measurement"] = 2,
        ["love"] = 3,
        ["recommend"] = 3,
        ["share"] = 3,
        ["follow"] = 3,
        ["favourite"] = 3,
        ["favorite"] = 3,
        ["bookmark"] = 3,
        ["save"] = 3,
        ["wishlist"] = 3,
        ["cart"] = 3,
        ["add_to_cart"] = 3,
        ["study"] = 3,
        ["answer"] = 3,
        ["ask"] = 3,
        ["post"] = 3,
        ["submit"] = 3,
        ["quiz"] = 3,
        ["assignment"] = 3,
        ["enrol"] = 3,
        ["enroll"] = 3,
        ["register"] = 3,
        ["join"] = 3,
        ["subscribe"] = 3,
        ["purchase"] = 4,
        ["buy"] = 4,
        ["order"] = 4,
        ["appointment"] = 4,
        ["booking"] = 4,
        ["book"] = 4,
        ["reservation"] = 4,
    };

    public static IReadOnlyList<string> DefaultRatingTypes { get; } = ["rating", "rate", "review", "score", "stars", "thumbs", "vote"];

    public static IReadOnlyList<string> DefaultOpinionTypes { get; } = ["like", "upvote", "thumbs_up", "love", "recommend"];

    public static IReadOnlyList<string> DefaultChoiceTypes { get; } =
    [
        "share", "follow", "favourite", "favorite", "bookmark", "save", "wishlist", "enrol", "enroll", "register", "join", "subscribe",
        "purchase", "buy", "order", "appointment", "booking", "book", "reservation",
    ];

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> DefaultUndoTypes { get; } = DefaultUndos();

    private static Dictionary<string, IReadOnlyList<string>> DefaultUndos()
    {
        string[] orders = ["purchase", "buy", "order"], bookings = ["appointment", "booking", "book", "reservation"];
        string[] lists = ["cart", "add_to_cart", "wishlist"], courses = ["enrol", "enroll", "register", "join"];
        var undos = new Dictionary<string, IReadOnlyList<string>>(EventTypeNames.Comparer)
        {
            ["return"] = orders,
            ["refund"] = [.. orders, .. bookings, .. courses, "subscribe"],
            ["cancel"] = [.. orders, .. bookings, .. courses, "subscribe"],
            ["cancellation"] = [.. orders, .. bookings, .. courses, "subscribe"],
            ["drop"] = courses,
            ["withdraw"] = courses,
            ["unenrol"] = courses,
            ["unenroll"] = courses,
            ["unregister"] = courses,
            ["leave"] = courses,
            ["remove"] = [.. lists, "favourite", "favorite", "bookmark", "save"],
            ["remove_from_cart"] = ["cart", "add_to_cart"],
            ["remove_from_wishlist"] = ["wishlist"],
            ["unfavourite"] = ["favourite", "favorite"],
            ["unfavorite"] = ["favourite", "favorite"],
            ["cancel_order"] = orders,
            ["order_cancel"] = orders,
            ["return_item"] = orders,
            ["refund_request"] = orders,
            ["cancel_booking"] = bookings,
            ["booking_cancel"] = bookings,
            ["drop_course"] = courses,
            ["dropout"] = courses,
            ["uninstall"] = ["install", "download"],
            ["unvote"] = ["vote", "upvote", "downvote"],
            ["unrate"] = ["rating", "rate", "stars"],
        };
        foreach (string act in (string[])["like", "dislike", "love", "follow", "bookmark", "save", "share", "subscribe", "recommend", "hide", "mute", "block", "pin", "repost", "star", "upvote"])
            undos[$"un{act}"] = [act];
        return undos;
    }
}
