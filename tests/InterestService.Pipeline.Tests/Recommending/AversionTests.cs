using InterestService.Pipeline.Events;
using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline.Tests.Recommending;

public sealed class AversionTests
{
    [Fact]
    public void Categories_that_are_frequent_among_the_disliked_items_are_avoided_and_common_ones_are_not() => Assert.Equal(
        [true, false, false, true],
        Find([Item("Film", "Horror"), Item("Film", "Romance"), Item("Film"), Item("Horror", "Film")], [Item("Film", "Horror"), Item("Film", "Horror")]));

    [Fact]
    public void Without_categories_the_items_of_the_fans_are_avoided() =>
        Assert.Equal([true, false, false], Find([Item(), Item(), Item()], [Item()], [.6, .2, .21]));

    private static bool[] Find(ItemDescription[] candidates, ItemDescription[] disliked, double[]? fans = null) => Aversion.Find(
        [.. candidates.Select((item, i) => new PopularCandidate(item, .2, fans?[i] ?? 0))], disliked);

    private static ItemDescription Item(params string[] categories) => new(null, categories);
}
