using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Lineage;

public sealed class PreviousMapTests
{
    [Fact]
    public void Users_of_a_cluster_that_persists_have_stayed()
    {
        // Cluster 4 is now 0, cluster 9 is now 1; one user went over, one was not on the map.
        var map = new PreviousMap(new Matrix(8, 2), [4, 4, 4, 9, 9, 9, 9, -1]);
        Assert.Equal([true, true, true, true, true, true, false, false], map.Stayed([0, 0, 0, 1, 1, 1, 0, 1]));
    }

    [Fact]
    public void Without_a_common_user_nobody_has() => Assert.Equal([false, false], new PreviousMap(new Matrix(2, 2), [-1, -1]).Stayed([0, 1]));
}
