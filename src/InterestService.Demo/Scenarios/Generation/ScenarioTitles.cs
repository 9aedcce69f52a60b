using System.Globalization;

namespace InterestService.Demo.Scenarios.Generation;

/// <summary>An item before it has an id.</summary>
internal readonly record struct TitledItem(ItemKind Kind, string Title, string Subject);

/// <summary>Titles from word lists. No title comes twice.</summary>
internal static class ScenarioTitles
{
    /// <summary>
    /// Endless: of a course its steps, level after level; else all combinations of the words in random order; then further editions.
    /// </summary>
    public static IEnumerable<TitledItem> Enumerate(ItemKind kind, ScenarioTopic topic, Random random)
    {
        TitledItem[] all = kind.Syllabus.Count > 0 ? Courses(kind, topic) : Combinations(kind, topic, random);
        for (int edition = 1; ; edition++)
        {
            foreach (var item in all)
                yield return edition == 1 ? item : item with { Title = $"{item.Title}, no. {edition}" };
        }
    }

    private static TitledItem[] Courses(ItemKind course, ScenarioTopic topic) =>
        [.. course.Before.SelectMany(level => Steps(course, level, topic))];

    private static IEnumerable<TitledItem> Steps(ItemKind course, string level, ScenarioTopic topic)
    {
        Dictionary<ItemKind, int> numbers = [];
        foreach (var step in course.Syllabus)
        {
            int number = numbers[step] = numbers.GetValueOrDefault(step) + 1;
            string subject = topic.Subjects[(number - 1) % topic.Subjects.Length];
            yield return Item(step, level, subject, "", topic.Name, number);
        }
    }

    private static TitledItem[] Combinations(ItemKind kind, ScenarioTopic topic, Random random)
    {
        TitledItem[] all =
        [
            .. from before in kind.Before
               from subject in topic.Subjects
               from after in kind.After
               select Item(kind, before, subject, after, topic.Name, 1),
        ];
        random.Shuffle(all);
        return all;
    }

    private static TitledItem Item(ItemKind kind, string before, string subject, string after, string topic, int number)
    {
        string title = string.Format(CultureInfo.InvariantCulture, kind.Title, before, subject, after, topic, number).Trim();
        return new TitledItem(kind, char.ToUpperInvariant(title[0]) + title[1..], subject);
    }
}
