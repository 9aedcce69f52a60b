using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// Sentence vectors share a large mean, which would make all users similar: it is subtracted, and the rest is projected on its leading
/// principal components. (Mu and Viswanath, "All-but-the-Top", ICLR 2018, remove some components as well; on titles of goods that lost
/// recall.)
/// </summary>
/// <param name="Mean">Mean of all texts, <c>[1 x width]</c>.</param>
/// <param name="Components"><c>[dimensions x width]</c>, rows of unit length; zero where the texts have no more.</param>
internal sealed record TextSpace(Matrix Mean, Matrix Components)
{
    // A text this near to the mean carries no information; the difference is rounding error.
    private const float Nothing = 1e-4f;

    /// <summary>Computes the mean and the leading principal components of texts.</summary>
    /// <param name="texts"><c>[texts x width]</c></param>
    /// <param name="dimensions">Number of components kept.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static TextSpace Fit(Matrix texts, int dimensions, int threads, CancellationToken cancellation)
    {
        double[] sums = new double[texts.Columns];
        for (int i = 0; i < texts.Rows; i++) RowMath.Add(sums, texts.Row(i), 1.0 / texts.Rows);
        var mean = new Matrix(1, texts.Columns, [.. sums.Select(sum => (float)sum)]);
        var eigen = SymmetricEigen.Compute(TruncatedSvd.Gram(Centre(texts, mean), threads, cancellation));
        var components = new Matrix(dimensions, texts.Columns);
        for (int j = 0; j < Math.Min(dimensions, eigen.Vectors.Length); j++)
            TensorPrimitives.ConvertTruncating<double, float>(eigen.Vectors[j], components.Row(j));
        return new TextSpace(mean, components);
    }

    /// <summary>Computes the vectors of texts in the space: <c>[texts x dimensions]</c>, rows of unit length unless zero.</summary>
    public Matrix Project(Matrix texts, int threads)
    {
        var projected = InnerProducts.Compute(Centre(texts, Mean), Components, threads);
        for (int i = 0; i < projected.Rows; i++)
        {
            var row = projected.Row(i);
            float length = TensorPrimitives.Norm<float>(row);
            if (length > Nothing) TensorPrimitives.Divide(row, length, row);
            else row.Clear();
        }

        return projected;
    }

    private static Matrix Centre(Matrix texts, Matrix mean)
    {
        var centred = new Matrix(texts.Rows, texts.Columns);
        for (int i = 0; i < texts.Rows; i++) TensorPrimitives.Subtract(texts.Row(i), mean.Values, centred.Row(i));
        return centred;
    }
}
