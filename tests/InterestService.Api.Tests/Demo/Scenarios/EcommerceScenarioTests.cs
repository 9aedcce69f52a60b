namespace InterestService.Api.Tests.Demo.Scenarios;

public sealed class EcommerceScenarioTests
{
    private static readonly GeneratedScenario _shop = GeneratedScenario.Get("ecommerce");

    [Fact]
    public void Funnel_narrows_from_browsing_to_returns()
    {
        var human = _shop.HumanTypes();
        string[] funnel = ["browse", "favourite", "purchase", "rating", "return"];
        Assert.Equal(funnel, human.Where(type => type.Key != "search").OrderByDescending(type => type.Value).Select(type => type.Key));
        Assert.True(human["return"] < human["purchase"] * 0.1);
    }

    [Theory]
    [InlineData("garden", 3, 5, 10, 12)]
    [InlineData("toys", 11, 12, 1, 2)]
    public void Interests_are_seasonal(string interest, int from, int to, int lowFrom, int lowTo)
    {
        int high = _shop.InMonths(interest, from, to), low = _shop.InMonths(interest, lowFrom, lowTo);
        Assert.True(high > 1.5 * low, $"{high} against {low}");
    }

    [Fact]
    public void Popular_fashion_of_spring_and_autumn_differs()
    {
        string[] spring = Best("fashion", 4), autumn = Best("fashion", 10);
        Assert.True(spring.Intersect(autumn).Count() <= 10);
    }

    private static string[] Best(string interest, int month) =>
    [
        .. _shop.About(interest).Where(row => row.Timestamp.Month == month).CountBy(row => row.ItemId!)
            .OrderByDescending(item => item.Value).Take(20).Select(item => item.Key),
    ];
}
