using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Tests.Preprocessing;

public sealed class InteractionSetTests
{
    private const double Day = 86_400;

    [Fact]
    public void Weights_add_up_by_type_and_age_under_a_logarithm()
    {
        var log = Events.Log(("a", "x", "view", 0), ("a", "x", "purchase", 10 * Day), ("a", "y", "view", 5 * Day), ("b", "y", "unheard", 10 * Day));
        var set = InteractionSet.Weigh(log, new CleaningOptions(), new WeightingOptions { HalfLifeDays = 10 });
        Assert.Equal([0, 2, 3], set.RowOffsets);
        Assert.Equal([0, 1, 1], set.Columns);
        Assert.Equal(Math.Log(1 + .5 + 4), set.Weights[0], 1e-6);
        Assert.Equal(Math.Log(1 + Math.Sqrt(.5)), set.Weights[1], 1e-6);
        Assert.Equal(Math.Log(2), set.Weights[2], 1e-6);
    }

    [Fact]
    public void Rows_are_ascending_and_each_item_once()
    {
        var set = Events.Weigh(Events.Blocks(3, 20, 15, 40, seed: 5, noise: .2));
        for (int user = 0; user < set.UserCount; user++)
        {
            int[] columns = set.ColumnsOf(user).ToArray();
            Assert.Equal(columns.Distinct().Order(), columns);
        }
    }

    [Fact]
    public void A_user_of_long_ago_keeps_a_direction()
    {
        var set = Events.Weigh(Events.Log(("a", "x", "view", 0), ("b", "x", "view", 100_000 * Day)));
        Assert.True(set.WeightsOf(0)[0] > 0);
    }
}
