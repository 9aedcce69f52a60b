using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Evaluation;

/// <summary>Computes silhouettes with the cancellation token of the running test.</summary>
internal static class Run
{
    public static SilhouetteResult Silhouette(Matrix points, int[] labels, SilhouetteOptions? options = null) =>
        Pipeline.Evaluation.Separation.Silhouette.Compute(points, labels, options, TestContext.Current.CancellationToken);

    public static double SimplifiedSilhouette(Matrix points, int[] labels) =>
        Pipeline.Evaluation.Separation.SimplifiedSilhouette.Compute(points, labels, threads: 2, TestContext.Current.CancellationToken);
}
