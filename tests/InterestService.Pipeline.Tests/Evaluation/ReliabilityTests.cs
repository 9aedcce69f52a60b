using InterestService.Pipeline.Evaluation.Agreement;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class ReliabilityTests
{
    [Fact]
    public void Bins_compare_stated_with_observed_probabilities()
    {
        // Cluster 0 corresponds to group 7, cluster 1 to group 8; the third and the last user are in the wrong cluster.
        var reliability = Reliability.Compute([0, 0, 0, 1, 1, 1], [.92f, .55f, .57f, 1f, .56f, .96f], [7, 7, 8, 8, 8, 7]);
        Assert.Equal([.5, .9], reliability.Bins.Select(bin => bin.From));
        Assert.Equal([3, 3], reliability.Bins.Select(bin => bin.Users));
        Assert.Equal(.56, reliability.Bins[0].Stated, 1e-6);
        Assert.Equal(2 / 3.0, reliability.Bins[0].Observed, 1e-12);
        Assert.Equal(2 / 3.0, reliability.Bins[1].Observed, 1e-12);
        Assert.Equal(((2 / 3.0 - .56) + (.96 - (2 / 3.0))) / 2, reliability.ExpectedCalibrationError, 1e-6);
    }
}
