using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>Rows of unit length, which spherical k-means and cosines need.</summary>
internal static class UnitRows
{
    // Shorter projections of unit vectors are rounding error.
    private const float MinLength = 1e-4f;

    /// <summary>Scales every row to unit length, in place. A row without a direction becomes <paramref name="fallback"/>.</summary>
    /// <param name="rows">Projections of rows whose length was about 1.</param>
    /// <param name="fallback">Vector of unit length, <c>[columns]</c>.</param>
    public static void Scale(Matrix rows, float[] fallback)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            float length = TensorPrimitives.Norm(row);
            if (length > MinLength) TensorPrimitives.Divide(row, length, row);
            else fallback.CopyTo(row);
        }
    }

    /// <summary>
    /// Subtracts <paramref name="centre"/>, <c>[1 x columns]</c>, from every row, in place, and scales the row to unit length. A row equal
    /// to the centre becomes the direction of the centre.
    /// </summary>
    /// <param name="rows">Rows of unit length.</param>
    public static void Centre(Matrix rows, Matrix centre)
    {
        for (int i = 0; i < rows.Rows; i++) TensorPrimitives.Subtract(rows.Row(i), centre.Row(0), rows.Row(i));
        Scale(rows, MeanDirection(centre));
    }

    /// <summary>Computes the direction of the mean row; the first axis if the mean has none.</summary>
    public static float[] MeanDirection(Matrix rows)
    {
        float[] mean = Mean(rows).Values;
        float length = TensorPrimitives.Norm<float>(mean);
        if (length > MinLength)
        {
            TensorPrimitives.Divide(mean, length, mean);
            return mean;
        }

        float[] axis = new float[mean.Length];
        axis[0] = 1;
        return axis;
    }

    /// <summary>Computes the mean row, <c>[1 x columns]</c>.</summary>
    public static Matrix Mean(Matrix rows)
    {
        double[] sums = new double[rows.Columns];
        for (int i = 0; i < rows.Rows; i++) RowMath.Add(sums, rows.Row(i), 1.0 / rows.Rows);
        return new Matrix(1, rows.Columns, Array.ConvertAll(sums, sum => (float)sum));
    }
}
