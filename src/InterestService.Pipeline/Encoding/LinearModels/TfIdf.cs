using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Weights of interactions by how rare the item is: weight x (1 + ln((1 + users) / (1 + users of the item))), rows of unit length
/// (Salton and Buckley, 1988, smoothed as scikit-learn's TfidfTransformer does it by default: an item that everyone has still counts).
/// </summary>
internal sealed class TfIdf(float[] inverseFrequency)
{
    /// <summary>Inverse frequency of each item, <c>[items]</c>.</summary>
    public float[] InverseFrequency => inverseFrequency;

    /// <summary>Counts the users of each item.</summary>
    /// <param name="users"><c>[users x items]</c></param>
    public static TfIdf Fit(SparseRows users)
    {
        int[] counts = new int[users.ColumnCount];
        for (int row = 0; row < users.RowCount; row++)
            foreach (int item in users.ColumnsOf(row)) counts[item]++;
        return new TfIdf([.. counts.Select(count => (float)(1 + Math.Log((1.0 + users.RowCount) / (1 + count))))]);
    }

    /// <summary>Weights rows in place.</summary>
    /// <param name="rows"><c>[users x items]</c></param>
    /// <param name="searches"><c>[users x queries]</c>; a query counts as the rarest item does. Null for none.</param>
    /// <returns>The same rows, of unit length together with the searches.</returns>
    public SparseRows Weight(SparseRows rows, SparseRows? searches = null)
    {
        float rarest = inverseFrequency.DefaultIfEmpty(1).Max();
        for (int row = 0; row < rows.RowCount; row++)
        {
            var items = rows.ColumnsOf(row);
            var weights = rows.ValuesOf(row);
            var queries = searches is null ? [] : searches.ValuesOf(row);
            for (int i = 0; i < items.Length; i++) weights[i] *= inverseFrequency[items[i]];
            TensorPrimitives.Multiply(queries, rarest, queries);
            double length = Math.Sqrt(RowMath.SquaredNorm(weights) + RowMath.SquaredNorm(queries));
            if (length == 0) continue;
            TensorPrimitives.Divide(weights, (float)length, weights);
            TensorPrimitives.Divide(queries, (float)length, queries);
        }

        return rows;
    }
}
