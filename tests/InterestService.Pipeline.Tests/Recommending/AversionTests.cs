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

    [Fact]
    public void Who_likes_others_dislikes_the_categories_that_weigh_less_than_their_dislikes_and_of_which_nothing_is_clearly_liked() => Assert.Equal(
        ["horror"],
        Aversion.FindCategories(
            [Weigh(1, "Film", "Horror"), Weigh(1, "Film", "horror "), Weigh(.5f, "Film", "Drama"), Weigh(.5f, "Drama"), Weigh(.5f, "Drama"), Weigh(1, "Comedy")],
            [Weigh(1, "Film", "Romance"), Weigh(.1f, "Horror"), Weigh(.4f, "Drama"), .. Enumerable.Repeat(Weigh(.3f, "Comedy"), 4)]));

    [Fact]
    public void What_is_liked_without_a_category_tells_nothing_of_others() =>
        Assert.Empty(Aversion.FindCategories([Weigh(1, "Film")], [Weigh(1)]));

    private static WeighedItem Weigh(float weight, params string[] categories) => new(Item(categories), weight);

    private static bool[] Find(ItemDescription[] candidates, ItemDescription[] disliked, double[]? fans = null) => Aversion.Find(
        [.. candidates.Select((item, i) => new PopularCandidate(item, .2, fans?[i] ?? 0))], disliked);

    private static ItemDescription Item(params string[] categories) => new(null, categories);
}
