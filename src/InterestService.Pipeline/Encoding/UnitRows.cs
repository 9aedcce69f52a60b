using System.Numerics.Tensors;

namespace InterestService.Pipeline.Encoding;

/// <summary>Rows of unit length, which spherical k-means and cosines need.</summary>
internal static class UnitRows
{
    // What is left of a unit vector outside the learnt directions is rounding error.
    private const float Nothing = 1e-4f;

    /// <summary>Scales every row to unit length, in place. A row without a direction gets <paramref name="fallback"/>.</summary>
    /// <param name="rows">Projections of rows whose length was about 1.</param>
    /// <param name="fallback">Of unit length, <c>[columns]</c>.</param>
    public static void Scale(Matrix rows, float[] fallback)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            float length = TensorPrimitives.Norm(row);
            if (length > Nothing) TensorPrimitives.Divide(row, length, row);
            else fallback.CopyTo(row);
        }
    }

    /// <summary>The direction of the mean row; the first axis if the mean has none.</summary>
    public static float[] MeanDirection(Matrix rows)
    {
        double[] sums = new double[rows.Columns];
        for (int i = 0; i < rows.Rows; i++) RowMath.Add(sums, rows.Row(i), 1.0 / rows.Rows);
        double length = TensorPrimitives.Norm<double>(sums);
        float[] mean = new float[rows.Columns];
        if (length > Nothing) for (int i = 0; i < mean.Length; i++) mean[i] = (float)(sums[i] / length);
        else mean[0] = 1;
        return mean;
    }
}
