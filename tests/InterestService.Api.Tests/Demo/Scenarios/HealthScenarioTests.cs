using InterestService.Demo.Scenarios;

namespace InterestService.Api.Tests.Demo.Scenarios;

public sealed class HealthScenarioTests
{
    private static readonly GeneratedScenario _app = GeneratedScenario.Get("health");

    [Fact]
    public void No_text_contains_a_diagnosis()
    {
        string[] diagnoses =
        [
            "patient", "diagnos", "disease", "disorder", "syndrome", "symptom", "illness", "chronic", "insomnia", "apnea", "depress",
            "anxi", "burnout", "diabet", "obes", "overweight", "hypertens", "cancer", "asthma", "allerg", "eczema", "acne", "arthrit",
            "migraine", "addict", "pregnan", "infertil", "injur", "therap", "medicat", "drug",
        ];
        Assert.All(_app.Items.Values, item => Assert.All(item.Categories.Concat(item.Tags).Append(item.Title), text =>
            Assert.DoesNotContain(diagnoses, word => text.Contains(word, StringComparison.OrdinalIgnoreCase))));
    }

    [Theory]
    [InlineData("article", "read,bookmark,share")]
    [InlineData("activity", "view,log")]
    [InlineData("measure", "measurement")]
    [InlineData("product", "view,purchase,rating,return")]
    [InlineData("session", "view,appointment,rating,cancel")]
    public void Each_kind_of_item_has_its_event_types(string kind, string types) => Assert.Equal(
        types.Split(',').Order(),
        _app.Human.Where(row => row.ItemId is not null && row.ItemId.StartsWith($"{kind}-", StringComparison.Ordinal))
            .Select(row => row.EventType).Distinct().Order());

    [Fact]
    public void Values_are_minutes_or_ratings_from_one_to_ten()
    {
        Assert.All(EventsOfType("log"), row => Assert.InRange(row.Value!.Value, 5, 90));
        Assert.All(EventsOfType("measurement"), row => Assert.InRange(row.Value!.Value, 1, 10));

        static IEnumerable<ScenarioEvent> EventsOfType(string type) => _app.Human.Where(row => row.EventType == type);
    }

    [Theory]
    [InlineData("sleep & recovery", 1, 2, 6, 7)]
    [InlineData("skin & sun", 6, 7, 1, 2)]
    [InlineData("balanced eating", 1, 1, 8, 8)]
    public void Topics_are_seasonal(string interest, int from, int to, int lowFrom, int lowTo)
    {
        int high = _app.InMonths(interest, from, to), low = _app.InMonths(interest, lowFrom, lowTo);
        Assert.True(high > 1.5 * low, $"{high} against {low}");
    }
}
