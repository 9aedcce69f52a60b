using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>
/// Random points without groups that extend as given points do: the null model of SigClust (Liu, Hayes, Nobel and Marron, "Statistical
/// significance of clustering for high-dimension, low-sample size data", 2008), on the unit sphere.
/// </summary>
internal static class GaussianCloud
{
    /// <summary>Draws points of the normal distribution with the mean and the covariance of others, and scales them to unit length.</summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="threads">Maximum number of threads; the bytes do not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <returns><c>[points x columns]</c></returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static Matrix Draw(Matrix points, int seed, int threads, CancellationToken cancellation)
    {
        float[] mean = UnitRows.Mean(points).Values;
        var axes = PrincipalAxes(points, mean, threads, cancellation);
        var random = new Random(seed);
        var cloud = new Matrix(points.Rows, points.Columns);
        for (int row = 0; row < cloud.Rows; row++)
        {
            var drawn = cloud.Row(row);
            mean.CopyTo(drawn);
            for (int axis = 0; axis < axes.Rows; axis++)
                TensorPrimitives.MultiplyAdd(axes.Row(axis), (float)random.NextNormal(), drawn, drawn);
        }

        UnitRows.Scale(cloud, UnitRows.MeanDirection(points));
        return cloud;
    }

    /// <summary>Computes the principal directions, each as long as the points' standard deviation along it, <c>[columns x columns]</c>.</summary>
    private static Matrix PrincipalAxes(Matrix points, float[] mean, int threads, CancellationToken cancellation)
    {
        var eigen = LeadingDirections.Moments(points, mean, threads, cancellation);
        var axes = new Matrix(points.Columns, points.Columns);
        for (int axis = 0; axis < axes.Rows; axis++)
        {
            double deviation = Math.Sqrt(Math.Max(0, eigen.Values[axis]) / points.Rows);
            for (int column = 0; column < axes.Columns; column++) axes.Row(axis)[column] = (float)(deviation * eigen.Vectors[axis][column]);
        }

        return axes;
    }
}
