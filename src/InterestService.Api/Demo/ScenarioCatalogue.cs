namespace InterestService.Api.Demo;

/// <summary>The items of a scenario, and which of them draw how many people in which week.</summary>
internal sealed class ScenarioCatalogue
{
    private const double CrossListed = 0.08;
    private const int Weeks = (ScenarioClock.Days / 7) + 1;

    private readonly List<ScenarioItem>[] _byInterest;
    private readonly WeightedSampler[][] _interestByWeek; // [interest][week]
    private readonly WeightedSampler[] _allByWeek;

    public ScenarioCatalogue(ScenarioDomain domain, int items, ScenarioClock clock, Random random)
    {
        int count = domain.Interests.Count;
        ArgumentOutOfRangeException.ThrowIfLessThan(items, count);
        int[] numbers = [.. Enumerable.Range(1, items)];
        random.Shuffle(numbers);
        _byInterest = new List<ScenarioItem>[count];
        var draws = new double[count][][]; // [interest][week][item]
        for (int interest = 0; interest < count; interest++)
        {
            _byInterest[interest] = [];
            var described = domain.Interests[interest];
            var titles = described.Topics.Select(topic => Titles(described, topic, random).GetEnumerator()).ToArray();
            var itemDraws = new List<double[]>(); // [item][week]
            for (int rank = 0; (rank * count) + interest < items; rank++)
            {
                int at = rank % titles.Length;
                titles[at].MoveNext();
                string id = $"{domain.ItemPrefix}-{numbers[(rank * count) + interest]:D5}";
                _byInterest[interest].Add(Item(id, described, described.Topics[at], titles[at].Current, random));
                itemDraws.Add(Draws(described.Life, described.Topics[at].Season, rank + 1, clock, random));
            }

            draws[interest] = [.. Enumerable.Range(0, Weeks).Select(week => itemDraws.Select(item => item[week]).ToArray())];
        }

        _interestByWeek = [.. draws.Select(weeks => weeks.Select(week => new WeightedSampler(week)).ToArray())];
        Items = [.. _byInterest.SelectMany(list => list)];
        _allByWeek = [.. Enumerable.Range(0, Weeks).Select(week => new WeightedSampler(draws.SelectMany(weeks => weeks[week])))];
    }

    public IReadOnlyList<ScenarioItem> Items { get; }

    /// <summary>An item of one interest, by its popularity in the week of <paramref name="day"/>.</summary>
    public ScenarioItem Draw(int interest, int day, Random random) =>
        _byInterest[interest][_interestByWeek[interest][day / 7].Draw(random)];

    /// <summary>An item of any interest, by its popularity in the week of <paramref name="day"/>.</summary>
    public ScenarioItem DrawAny(int day, Random random) => Items[_allByWeek[day / 7].Draw(random)];

    /// <summary>The draw of an item in each week: Zipf by rank, times season, times where the item stands in its life.</summary>
    private static double[] Draws(ItemLife life, IReadOnlyList<double> season, int rank, ScenarioClock clock, Random random)
    {
        // The first of each interest is there from the first day, so that no week is without items.
        bool isNew = random.NextDouble() < life.BornInYear && rank > 1;
        double born = (isNew ? 1 : -1) * random.NextDouble() * ScenarioClock.Days;
        if (isNew && life.Launches > 0) born = Math.Floor(born * life.Launches / ScenarioClock.Days) * ScenarioClock.Days / life.Launches;
        return [.. Enumerable.Range(0, Weeks).Select(week => Draw((week * 7) + 3))];

        double Draw(int day) => day < born
            ? 0
            : ScenarioLaws.Popularity(rank) * season[clock.Month(day)] * Math.Pow(2, -(day - born) / life.HalfLifeDays);
    }

    private static ScenarioItem Item(
        string id, ScenarioInterest interest, ScenarioTopic topic, (string Adjective, string Product, string Variant) words, Random random)
    {
        List<string> categories = [interest.Name, topic.Name];
        if (random.NextDouble() < CrossListed) categories.Add(interest.Neighbours[random.Next(interest.Neighbours.Count)]);
        string[] tags = [words.Product.ToLowerInvariant(), words.Adjective.ToLowerInvariant()];
        return new ScenarioItem(id, $"{words.Adjective} {words.Product}, {words.Variant}", categories, tags);
    }

    /// <summary>Endless: all combinations of a topic's words in random order, then further editions of them.</summary>
    private static IEnumerable<(string Adjective, string Product, string Variant)> Titles(
        ScenarioInterest interest, ScenarioTopic topic, Random random)
    {
        (string Adjective, string Product, string Variant)[] all =
        [
            .. from adjective in interest.Adjectives
               from product in topic.Products
               from variant in interest.Variants
               select (adjective, product, variant),
        ];
        random.Shuffle(all);
        for (int edition = 1; ; edition++)
        {
            foreach (var words in all)
                yield return edition == 1 ? words : words with { Variant = $"{words.Variant}, no. {edition}" };
        }
    }
}
