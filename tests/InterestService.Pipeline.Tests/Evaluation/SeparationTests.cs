using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class SeparationTests
{
    [Fact]
    public void Four_points_on_a_line_match_the_hand_computation()
    {
        var points = new Matrix(4, 1, [0, 1, 10, 11]);
        // B = 4 * 25 with 1 degree of freedom, W = 4 * .25 with 2; s = .5 each at a distance of 10.
        Assert.Equal(200, CalinskiHarabasz.Compute(points, [0, 0, 1, 1])!.Value, 1e-6);
        Assert.Equal(.1, DaviesBouldin.Compute(points, [0, 0, 1, 1]), 1e-7);
    }

    [Fact]
    public void The_iris_sample_matches_scikit_learn_with_and_without_noise()
    {
        (Matrix points, int[] labels) = IrisSample.WithNoise();
        Assert.Equal(1, CalinskiHarabasz.Compute(IrisSample.Points, IrisSample.Labels)!.Value / 51.54013238564621, 1e-6);
        Assert.Equal(1, CalinskiHarabasz.Compute(points, labels)!.Value / 51.54013238564621, 1e-6);
        Assert.Equal(.7720237799178019, DaviesBouldin.Compute(IrisSample.Points, IrisSample.Labels), 1e-6);
        Assert.Equal(.7720237799178019, DaviesBouldin.Compute(points, labels), 1e-6);
    }

    [Fact]
    public void Undefined_cases_give_the_documented_values()
    {
        Matrix points = TestPoints.Uniform(4, 3, 1);
        Assert.Null(CalinskiHarabasz.Compute(points, [3, 3, 3, 3]));
        Assert.Null(CalinskiHarabasz.Compute(points, [0, 1, 2, 3]));
        Assert.Null(CalinskiHarabasz.Compute(new Matrix(4, 1, [1, 1, 2, 2]), [0, 0, 1, 1]));
        Assert.Equal(0, DaviesBouldin.Compute(points, [3, 3, 3, 3]));
        Assert.Equal(0, DaviesBouldin.Compute(points, [0, 1, 2, 3]));
        Assert.Equal(0, DaviesBouldin.Compute(new Matrix(4, 1, [0, 2, 0, 2]), [0, 0, 1, 1]));
    }
}
