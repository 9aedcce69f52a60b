using System.Globalization;

namespace InterestService.Demo.Scenarios.Generation;

/// <summary>The title of an item and what it was made of.</summary>
internal readonly record struct ItemTitle(ItemKind Kind, string Text, string Subject);

/// <summary>Creates distinct titles from word lists.</summary>
internal static class ScenarioTitles
{
    /// <summary>
    /// Returns an endless sequence of titles: for a course its steps, level after level, otherwise all combinations of the words in random
    /// order; then further editions of both.
    /// </summary>
    public static IEnumerable<ItemTitle> Enumerate(ItemKind kind, ScenarioTopic topic, Random random)
    {
        ItemTitle[] all = kind.Syllabus.Count > 0 ? CourseSteps(kind, topic) : Combinations(kind, topic, random);
        for (int edition = 1; ; edition++)
        {
            foreach (var item in all)
                yield return edition == 1 ? item : item with { Text = $"{item.Text}, no. {edition}" };
        }
    }

    private static ItemTitle[] CourseSteps(ItemKind course, ScenarioTopic topic) =>
        [.. course.TitlePrefixes.SelectMany(level => LevelSteps(course, level, topic))];

    private static IEnumerable<ItemTitle> LevelSteps(ItemKind course, string level, ScenarioTopic topic)
    {
        Dictionary<ItemKind, int> numbers = [];
        foreach (var step in course.Syllabus)
        {
            int number = numbers[step] = numbers.GetValueOrDefault(step) + 1;
            string subject = topic.Subjects[(number - 1) % topic.Subjects.Length];
            yield return Format(step, level, subject, "", topic.Name, number);
        }
    }

    private static ItemTitle[] Combinations(ItemKind kind, ScenarioTopic topic, Random random)
    {
        ItemTitle[] all =
        [
            .. from before in kind.TitlePrefixes
               from subject in topic.Subjects
               from after in kind.TitleSuffixes
               select Format(kind, before, subject, after, topic.Name, 1),
        ];
        random.Shuffle(all);
        return all;
    }

    private static ItemTitle Format(ItemKind kind, string before, string subject, string after, string topic, int number)
    {
        string title = string.Format(CultureInfo.InvariantCulture, kind.Title, before, subject, after, topic, number).Trim();
        return new ItemTitle(kind, char.ToUpperInvariant(title[0]) + title[1..], subject);
    }
}
