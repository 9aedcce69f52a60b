using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class PredictionStrengthTests
{
    /// <summary>Forty points in each of two orthogonal directions.</summary>
    private static readonly Matrix _two = new(80, 2, [.. Enumerable.Range(0, 80).SelectMany(row => row % 2 == 0 ? new[] { 1f, 0f } : [0f, 1f])]);

    [Fact]
    public void Groups_that_both_halves_find_predict_each_other() => Assert.Equal(1, Compute(_two, ByDirection));

    [Fact]
    public void A_division_of_one_half_that_the_other_does_not_make_counts_the_pairs_that_stay_together()
    {
        // The centroids of the other half are one: all pairs of a cluster stay together. The other way, half of the pairs do.
        bool first = true;
        double together = Compute(_two, (part, _) => (first = !first) ? ByDirection(part, 0) : new int[part.Rows])!.Value;
        Assert.Equal(1, together);
        first = false;
        Assert.InRange(Compute(_two, (part, _) => (first = !first) ? ByDirection(part, 0) : new int[part.Rows])!.Value, .48, .55);
    }

    [Fact]
    public void A_half_without_the_clusters_is_left_out()
    {
        int calls = 0;
        Assert.Equal(1, Compute(_two, (part, _) => calls++ == 0 ? null : ByDirection(part, 0)));
        Assert.Null(Compute(_two, (_, _) => null));
    }

    private static int[] ByDirection(Matrix part, int seed) => [.. Enumerable.Range(0, part.Rows).Select(row => part.Row(row)[0] > 0 ? 0 : 1)];

    private static double? Compute(Matrix points, Stability.Clusterer cluster) =>
        PredictionStrength.Compute(points, cluster, divisions: 4, seed: 1, threads: 1, TestContext.Current.CancellationToken);
}
