namespace InterestService.Demo.Scenarios.Generation;

/// <summary>An item and where it stands.</summary>
/// <param name="Place">Its place on the shelf, from 0.</param>
internal sealed record ShelvedItem(ScenarioItem Item, ItemKind Kind, Shelf Shelf, int Place);

/// <summary>The items of a topic.</summary>
/// <param name="IsCourse">They are met in their order only.</param>
internal sealed record Shelf(bool IsCourse, List<ShelvedItem> Items);

/// <summary>The items of a scenario, and which of them draw how many people in which week.</summary>
internal sealed class ScenarioCatalogue
{
    private const double CrossListed = 0.08;
    private const int Weeks = (ScenarioClock.Days / 7) + 1;

    private readonly List<ShelvedItem>[] _byInterest;
    private readonly List<ShelvedItem> _all;
    private readonly WeightedSampler[][] _interestByWeek; // [interest][week]
    private readonly WeightedSampler[] _allByWeek;

    public ScenarioCatalogue(ScenarioDomain domain, int items, ScenarioClock clock, Random random)
    {
        int count = domain.Interests.Count;
        ArgumentOutOfRangeException.ThrowIfLessThan(items, count);
        int[] numbers = [.. Enumerable.Range(1, items)];
        random.Shuffle(numbers);
        _byInterest = new List<ShelvedItem>[count];
        var draws = new double[count][][]; // [interest][week][item]
        DemandByInterest = new double[count][];
        for (int interest = 0; interest < count; interest++)
        {
            var described = domain.Interests[interest];
            TopicCalendar[] calendars =
                [.. described.Topics.Select(topic => new TopicCalendar(topic, described.KindOf(topic).Life, clock, random))];
            DemandByInterest[interest] = Mean([.. calendars.Select(calendar => calendar.Demand)]);
            int[] own = [.. numbers.Where((_, at) => at % count == interest)];
            _byInterest[interest] = Fill(described, own, random);
            double[][] itemDraws = [.. own.Select((_, rank) => Draws(
                _byInterest[interest][rank].Kind.Life, calendars[rank % calendars.Length], rank + 1, random))]; // [item][week]
            draws[interest] = [.. Enumerable.Range(0, Weeks).Select(week => itemDraws.Select(item => item[week]).ToArray())];
        }

        _interestByWeek = [.. draws.Select(weeks => weeks.Select(week => new WeightedSampler(week)).ToArray())];
        _all = [.. _byInterest.SelectMany(list => list)];
        Items = [.. _all.Select(shelved => shelved.Item)];
        _allByWeek = [.. Enumerable.Range(0, Weeks).Select(week => new WeightedSampler(draws.SelectMany(weeks => weeks[week])))];
    }

    public IReadOnlyList<ScenarioItem> Items { get; }

    /// <summary>How many people an interest draws each day, <c>[interests][365]</c>.</summary>
    public double[][] DemandByInterest { get; }

    /// <summary>An item by its popularity in the week of <paramref name="day"/>.</summary>
    /// <param name="interest">Below 0: of any interest.</param>
    public ShelvedItem Draw(int interest, int day, Random random) => interest < 0
        ? _all[_allByWeek[day / 7].Draw(random)]
        : _byInterest[interest][_interestByWeek[interest][day / 7].Draw(random)];

    public static double[] Mean(IReadOnlyList<double[]> demands) =>
        [.. Enumerable.Range(0, ScenarioClock.Days).Select(day => demands.Average(demand => demand[day]))];

    /// <summary>The items of an interest by rank: its topics take turns.</summary>
    private static List<ShelvedItem> Fill(ScenarioInterest interest, int[] numbers, Random random)
    {
        List<ShelvedItem> filled = [];
        var titles = interest.Topics.Select(topic => ScenarioTitles.Enumerate(interest.KindOf(topic), topic, random).GetEnumerator()).ToArray();
        Shelf[] shelves = [.. interest.Topics.Select(topic => new Shelf(interest.KindOf(topic).Syllabus.Count > 0, []))];
        for (int rank = 0; rank < numbers.Length; rank++)
        {
            int at = rank % titles.Length;
            titles[at].MoveNext();
            var titled = titles[at].Current;
            var item = Item($"{titled.Kind.Prefix}-{numbers[rank]:D5}", interest, interest.Topics[at], titled, random);
            filled.Add(new ShelvedItem(item, titled.Kind, shelves[at], shelves[at].Items.Count));
            shelves[at].Items.Add(filled[^1]);
        }

        return filled;
    }

    /// <summary>The draw of an item in each week: Zipf by rank, by the topic's demand, by where the item stands in its life.</summary>
    private static double[] Draws(ItemLife life, TopicCalendar calendar, int rank, Random random)
    {
        // The first of each interest is there from the first day, so that no week is without items.
        bool isNew = random.NextDouble() < life.BornInYear && rank > 1;
        double born = isNew ? calendar.DrawBirth(random) : -random.NextDouble() * ScenarioClock.Days;
        return [.. Enumerable.Range(0, Weeks).Select(week => Draw(Math.Min((week * 7) + 3, ScenarioClock.Days - 1)))];

        double Draw(int day) => day < born
            ? 0
            : ScenarioLaws.Popularity(rank) * calendar.Demand[day] * life.Novelty * Math.Pow(2, -(day - born) / life.HalfLifeDays);
    }

    private static ScenarioItem Item(string id, ScenarioInterest interest, ScenarioTopic topic, TitledItem titled, Random random)
    {
        List<string> categories = [interest.Name, topic.Name];
        if (random.NextDouble() < CrossListed) categories.Add(interest.Neighbours[random.Next(interest.Neighbours.Count)]);
        string[] tags = [titled.Subject.ToLowerInvariant(), topic.Name];
        if (titled.Kind.Hashtags) tags = [.. tags.Select(tag => $"#{string.Concat(tag.Where(char.IsAsciiLetterOrDigit))}")];
        return new ScenarioItem(id, titled.Title, categories, tags);
    }
}
