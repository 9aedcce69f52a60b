namespace InterestService.Demo.Scenarios;

/// <summary>A year of a school: subjects with courses that build on each other, terms and dropouts.</summary>
internal static class EducationScenario
{
    public static ScenarioDomain Domain { get; } = new(EducationInterests.All, new ScenarioBehaviour
    {
        Sources = ["web", "mobile", "classroom"],
        RobotEventType = "view",
        SearchShare = 0.1,
        MainShare = 0.74,
        SecondShare = 0.17,
        VisitFocus = 0.85,
        ContinuationShare = 0.65,
        Dropout = new ScenarioDropout("drop", 0.025),
        Weekdays = [0.9, 1.15, 1.2, 1.2, 1.1, 0.8, 0.65],
        Hours = [3, 1, 1, 1, 1, 2, 4, 7, 14, 17, 18, 16, 10, 13, 16, 16, 14, 12, 12, 15, 17, 15, 10, 6],
    });
}

/// <summary>The parts of a course and what learners do with them.</summary>
internal static class EducationItems
{
    private static readonly ItemLife _course = new(NewShare: 0, HalfLifeDays: 2_000, LaunchBoost: 1.5) { LaunchDays = [11, 104, 257] };

    private static readonly ScenarioValue _score = new(74, 16, 0, 100);

    private static readonly ScenarioAction _forum = new("post", 0.07, TimeSpan.FromMinutes(20));

    private static readonly ScenarioAction _outline =
        new("view", 1, TimeSpan.FromMinutes(2), Next: new ScenarioAction("enrol", 0.8, TimeSpan.FromMinutes(3)));

    private static readonly ScenarioAction _lecture = new("view", 1, TimeSpan.FromMinutes(12), Next:
    [
        new("study", 0.4, TimeSpan.FromMinutes(25)),
        _forum,
        new("rating", 0.06, TimeSpan.FromMinutes(2), ScenarioValue.Stars),
    ]);

    private static readonly ScenarioAction _quiz =
        new("view", 1, TimeSpan.FromMinutes(2), Next: new ScenarioAction("submit", 0.85, TimeSpan.FromMinutes(15), _score));

    private static readonly ScenarioAction _assignment = new("view", 1, TimeSpan.FromMinutes(5), Next:
    [
        _forum with { Probability = 0.2 },
        new("submit", 0.75, TimeSpan.FromDays(3), _score, IsDeferred: true),
        new("rating", 0.3, TimeSpan.FromDays(5), ScenarioValue.Stars, IsDeferred: true),
    ]);

    /// <summary>Each level consists of an outline, six lectures with a quiz after the third and the sixth, and an assignment.</summary>
    public static ItemKind Course { get; } = CreateCourse();

    private static ItemKind CreateCourse()
    {
        ItemKind outline = Step("course", "{0} {3}", _outline);
        ItemKind lecture = Step("lecture", "{0} {3}, lecture {4}: {1}", _lecture);
        ItemKind quiz = Step("quiz", "{0} {3}, quiz {4}", _quiz);
        ItemKind assignment = Step("assignment", "{0} {3}, assignment", _assignment);
        return Step("course", "{0} {3}", _outline) with
        {
            TitlePrefixes = ["Introduction to", "Intermediate", "Advanced", "Research topics in"],
            Syllabus = [outline, lecture, lecture, lecture, quiz, lecture, lecture, lecture, quiz, assignment],
        };
    }

    private static ItemKind Step(string prefix, string title, ScenarioAction encounter) =>
        new(prefix, title, _course, encounter, [""], [""]);
}
