namespace InterestService.Demo.Scenarios.Generation;

/// <summary>An item and its place in the catalogue.</summary>
/// <param name="Item">The item as it is uploaded.</param>
/// <param name="Kind">The kind of the item.</param>
/// <param name="Topic">The topic that contains the item.</param>
/// <param name="Position">Its position within the topic, from 0.</param>
internal sealed record CatalogueItem(ScenarioItem Item, ItemKind Kind, TopicItems Topic, int Position);

/// <summary>The items of a topic.</summary>
/// <param name="IsCourse">Whether the items are encountered only in their order.</param>
/// <param name="Items">The items, by position.</param>
internal sealed record TopicItems(bool IsCourse, List<CatalogueItem> Items);

/// <summary>The items of a scenario and their popularity in each week.</summary>
internal sealed class ScenarioCatalogue
{
    private const double CrossListedShare = 0.08;
    private const int Weeks = (ScenarioClock.Days / 7) + 1;

    private readonly List<CatalogueItem>[] _byInterest;
    private readonly List<CatalogueItem> _all;
    private readonly WeightedSampler[][] _interestByWeek; // [interest][week]
    private readonly WeightedSampler[] _allByWeek;

    public ScenarioCatalogue(ScenarioDomain domain, int items, ScenarioClock clock, Random random)
    {
        int count = domain.Interests.Count;
        ArgumentOutOfRangeException.ThrowIfLessThan(items, count);
        int[] numbers = [.. Enumerable.Range(1, items)];
        random.Shuffle(numbers);
        _byInterest = new List<CatalogueItem>[count];
        var popularity = new double[count][][]; // [interest][week][item]
        DemandByInterest = new double[count][];
        for (int interest = 0; interest < count; interest++)
        {
            var described = domain.Interests[interest];
            TopicCalendar[] calendars =
                [.. described.Topics.Select(topic => new TopicCalendar(topic, described.KindOf(topic).Life, clock, random))];
            DemandByInterest[interest] = Mean([.. calendars.Select(calendar => calendar.Demand)]);
            int[] own = [.. numbers.Where((_, at) => at % count == interest)];
            _byInterest[interest] = CreateItems(described, own, random);
            double[][] itemPopularity = [.. own.Select((_, rank) => PopularityByWeek(
                _byInterest[interest][rank].Kind.Life, calendars[rank % calendars.Length], rank + 1, random))]; // [item][week]
            popularity[interest] = [.. Enumerable.Range(0, Weeks).Select(week => itemPopularity.Select(item => item[week]).ToArray())];
        }

        _interestByWeek = [.. popularity.Select(weeks => weeks.Select(week => new WeightedSampler(week)).ToArray())];
        _all = [.. _byInterest.SelectMany(list => list)];
        Items = [.. _all.Select(listed => listed.Item)];
        _allByWeek = [.. Enumerable.Range(0, Weeks).Select(week => new WeightedSampler(popularity.SelectMany(weeks => weeks[week])))];
    }

    public IReadOnlyList<ScenarioItem> Items { get; }

    /// <summary>Demand for each interest on each day, <c>[interests][365]</c>.</summary>
    public double[][] DemandByInterest { get; }

    /// <summary>Draws an item by its popularity in the week of <paramref name="day"/>.</summary>
    /// <param name="interest">Index of the interest; below 0, any interest.</param>
    /// <param name="day">Day of the scenario.</param>
    /// <param name="random">Source of the draw.</param>
    public CatalogueItem Draw(int interest, int day, Random random) => interest < 0
        ? _all[_allByWeek[day / 7].Draw(random)]
        : _byInterest[interest][_interestByWeek[interest][day / 7].Draw(random)];

    public static double[] Mean(IReadOnlyList<double[]> demands) =>
        [.. Enumerable.Range(0, ScenarioClock.Days).Select(day => demands.Average(demand => demand[day]))];

    /// <summary>Creates the items of an interest by rank; its topics alternate.</summary>
    private static List<CatalogueItem> CreateItems(ScenarioInterest interest, int[] numbers, Random random)
    {
        List<CatalogueItem> items = [];
        var titles = interest.Topics.Select(topic => ScenarioTitles.Enumerate(interest.KindOf(topic), topic, random).GetEnumerator()).ToArray();
        TopicItems[] topics = [.. interest.Topics.Select(topic => new TopicItems(interest.KindOf(topic).Syllabus.Count > 0, []))];
        for (int rank = 0; rank < numbers.Length; rank++)
        {
            int at = rank % titles.Length;
            titles[at].MoveNext();
            var title = titles[at].Current;
            var item = CreateItem($"{title.Kind.IdPrefix}-{numbers[rank]:D5}", interest, interest.Topics[at], title, random);
            items.Add(new CatalogueItem(item, title.Kind, topics[at], topics[at].Items.Count));
            topics[at].Items.Add(items[^1]);
        }

        return items;
    }

    /// <summary>Computes the popularity of an item in each week from its rank (Zipf), the topic's demand and the item's age.</summary>
    private static double[] PopularityByWeek(ItemLife life, TopicCalendar calendar, int rank, Random random)
    {
        // The first item of each interest exists from the first day, so that no week is without items.
        bool isNew = random.NextDouble() < life.NewShare && rank > 1;
        double firstDay = isNew ? calendar.DrawFirstDay(random) : -random.NextDouble() * ScenarioClock.Days;
        return [.. Enumerable.Range(0, Weeks).Select(week => Popularity(Math.Min((week * 7) + 3, ScenarioClock.Days - 1)))];

        double Popularity(int day) => day < firstDay
            ? 0
            : Distributions.Popularity(rank) * calendar.Demand[day] * life.Attraction * Math.Pow(2, -(day - firstDay) / life.HalfLifeDays);
    }

    private static ScenarioItem CreateItem(string id, ScenarioInterest interest, ScenarioTopic topic, ItemTitle title, Random random)
    {
        List<string> categories = [interest.Name, topic.Name];
        if (random.NextDouble() < CrossListedShare) categories.Add(interest.Neighbours[random.Next(interest.Neighbours.Count)]);
        string[] tags = [title.Subject.ToLowerInvariant(), topic.Name];
        if (title.Kind.Hashtags) tags = [.. tags.Select(tag => $"#{string.Concat(tag.Where(char.IsAsciiLetterOrDigit))}")];
        return new ScenarioItem(id, title.Text, categories, tags);
    }
}
