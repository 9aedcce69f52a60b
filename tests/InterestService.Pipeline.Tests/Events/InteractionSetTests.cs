namespace InterestService.Pipeline.Tests.Events;

public sealed class InteractionSetTests
{
    private const double Day = 86_400;

    [Fact]
    public void Variants_contain_the_user_with_subsets_of_the_items()
    {
        var log = TestEvents.Log(("a", "x", "view", 0), ("b", "x", "view", 0), ("b", "y", "purchase", Day), ("b", "z", "view", Day), ("b", "y", "view", 2 * Day));
        var set = TestEvents.Weight(log);
        var variants = set.Variants(1, [_ => true, item => item != 1, item => item == 1]);
        Assert.Equal([0, 3, 5, 6], variants.RowOffsets);
        Assert.Equal([0, 1, 2, 0, 2, 1], variants.Columns);
        Assert.Equal(set.WeightsOf(1).ToArray(), variants.WeightsOf(0).ToArray());
        Assert.Equal(variants.WeightsOf(0)[1], variants.WeightsOf(2)[0]);
        Assert.Equal([0, 4, 6, 8], variants.Events.UserOffsets);
        Assert.Equal([1, 1], variants.Events.Items[6..]);
    }

    [Fact]
    public void Columns_of_a_row_are_ascending_and_distinct()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 20, 15, 40, seed: 5, noise: .2));
        for (int user = 0; user < set.UserCount; user++)
        {
            int[] columns = set.ColumnsOf(user).ToArray();
            Assert.Equal(columns.Distinct().Order(), columns);
        }
    }
}
