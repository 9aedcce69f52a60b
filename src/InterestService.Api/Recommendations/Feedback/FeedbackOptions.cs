namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Settings of feedback, in section <c>InterestService</c>.</summary>
internal sealed class FeedbackOptions
{
    /// <summary>SQL of a type in its normal form.</summary>
    public const string NormalizeSql = """translate(lower(event_type COLLATE "C"), '_- .:', '')""";

    private static readonly string[] _clicks =
    [
        "click", "view", "open", "play", "read", "watch", "listen", "browse", "visit", "select", "select_item", "view_item", "tap", "start",
    ];

    private static readonly string[] _conversions =
    [
        "purchase", "buy", "order", "checkout", "transaction", "payment", "donate", "donation", "rent", "hire", "enrol", "enroll", "enrolment",
        "enrollment", "register", "registration", "sign_up", "join", "apply", "application", "subscribe", "subscription", "appointment", "book",
        "booking", "reserve", "reservation", "download", "install",
    ];

    /// <summary>What event types count as, in addition to the built-in ones. Case, blanks, hyphens, underscores, dots and colons in a type do not matter.</summary>
    public Dictionary<string, FeedbackKind> FeedbackTypes { get; set; } = [];

    /// <summary>Returns the types of a kind, as <see cref="Normalize"/> writes them.</summary>
    public string[] TypesOf(FeedbackKind kind)
    {
        var kinds = new Dictionary<string, FeedbackKind>();
        foreach (string type in _clicks) kinds[Normalize(type)] = FeedbackKind.Click;
        foreach (string type in _conversions) kinds[Normalize(type)] = FeedbackKind.Conversion;
        foreach (var (type, configured) in FeedbackTypes) kinds[Normalize(type)] = configured;
        return [.. kinds.Where(entry => entry.Value == kind).Select(entry => entry.Key)];
    }

    /// <summary>Does what <see cref="NormalizeSql"/> does; lower case of ASCII only, which does not depend on the database's locale.</summary>
    public static string Normalize(string type) => string.Concat(
        type.Where(c => c is not ('_' or '-' or ' ' or '.' or ':')).Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
}

/// <summary>What an event says about a recommendation.</summary>
internal enum FeedbackKind
{
    /// <summary>Nothing that counts.</summary>
    None,

    /// <summary>The user looked at the item.</summary>
    Click,

    /// <summary>The user did what the recommendation aims at.</summary>
    Conversion,
}
