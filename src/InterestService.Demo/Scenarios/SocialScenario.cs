namespace InterestService.Demo.Scenarios;

/// <summary>A year of a social network: short-lived posts that appear in trends, creators to follow, challenges to join.</summary>
internal static class SocialScenario
{
    public static ScenarioDomain Domain { get; } = new(SocialInterests.All, new ScenarioBehaviour
    {
        Sources = ["feed", "explore", "notification", "link"],
        RobotEventType = "view",
        SearchShare = 0.1,
        VisitFocus = 0.75,
        ContinuationShare = 0.7,
        Hours = [5, 3, 1, 1, 1, 2, 6, 12, 12, 9, 9, 10, 15, 13, 10, 10, 11, 14, 17, 20, 23, 24, 20, 11],
    });
}

/// <summary>The kinds of items on the network and what users do with them.</summary>
internal static class SocialItems
{
    private static readonly ItemLife _viral = new(NewShare: 0.9, HalfLifeDays: 30, Trends: 8, LaunchBoost: 3) { Attraction = 5 };
    private static readonly ItemLife _lasting = new(NewShare: 0.2, HalfLifeDays: 700);
    private static readonly ItemLife _challenge = new(NewShare: 0.5, HalfLifeDays: 90, Trends: 4, LaunchBoost: 2);

    private static readonly ScenarioAction _share = new("share", 0.07, TimeSpan.FromSeconds(20));

    private static readonly ScenarioAction _post = new("view", 1, TimeSpan.FromSeconds(25), Next:
    [
        new("like", 0.35, TimeSpan.FromSeconds(4)),
        new("comment", 0.1, TimeSpan.FromSeconds(40)),
        _share,
        new("dislike", 0.02, TimeSpan.FromSeconds(4)),
    ]);

    private static readonly ScenarioAction _unfollow = new("unfollow", 0.07, TimeSpan.FromDays(40), IsDeferred: true);

    private static readonly ScenarioAction _creator =
        new("view", 1, TimeSpan.FromSeconds(30), Next: new ScenarioAction("follow", 0.45, TimeSpan.FromSeconds(10), Next: _unfollow));

    private static readonly ScenarioAction _hashtag =
        new("view", 1, TimeSpan.FromSeconds(30), Next: [new("post", 0.2, TimeSpan.FromHours(20), IsDeferred: true), _share]);

    public static ItemKind Post { get; } = new(
        "post", "{0} {1} {2}", _viral, _post,
        [
            "A quick guide to", "First attempt at", "Three things I learned about", "Nobody talks about", "Still thinking about",
            "My honest take on", "A short thread on", "Common mistakes with", "Sunday thoughts on", "What changed my mind about",
        ],
        ["this weekend", "on a budget", "for beginners", "in one minute", "with friends", "after a year"])
    {
        Hashtags = true,
    };

    public static ItemKind Creator { get; } = new(
        "creator", "{0} {2}, {1}", _lasting, _creator,
        ["Mara", "Tomas", "Aiko", "Lena", "Kofi", "Ines", "Ravi", "Nora", "Diego", "Yara", "Emil", "Freya"],
        ["Lindqvist", "Okafor", "Tanaka", "Moreau", "Silva", "Novak", "Haddad", "Keller", "Rossi", "Byrne"]);

    public static ItemKind Hashtag { get; } = new(
        "tag", "#{1}{2}", _challenge, _hashtag, [""], ["", "Daily", "Club", "Challenge", "OfTheWeek", "Stories"])
    {
        Hashtags = true,
    };
}
