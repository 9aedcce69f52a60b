using System.Numerics.Tensors;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Weights of interactions by how rare the item is: weight x (1 + ln((1 + users) / (1 + users of the item))), rows of unit length
/// (Salton and Buckley, 1988, smoothed as scikit-learn's TfidfTransformer does it by default: an item that everyone has still counts).
/// </summary>
internal sealed class TfIdf(float[] inverseFrequency)
{
    /// <summary>Of each item, <c>[items]</c>.</summary>
    public float[] InverseFrequency => inverseFrequency;

    public static TfIdf Fit(InteractionSet set)
    {
        int[] users = new int[set.ItemCount];
        foreach (int item in set.Columns) users[item]++;
        return new TfIdf([.. users.Select(count => (float)(1 + Math.Log((1.0 + set.UserCount) / (1 + count))))]);
    }

    /// <returns>One row for each of <paramref name="users"/>, <c>[users x items]</c>.</returns>
    public SparseRows Weigh(InteractionSet set, int[] users)
    {
        var rows = SparseRows.Of(set, users);
        for (int row = 0; row < rows.RowCount; row++)
        {
            var items = rows.ColumnsOf(row);
            var weights = rows.ValuesOf(row);
            for (int i = 0; i < items.Length; i++) weights[i] *= inverseFrequency[items[i]];
            double length = Math.Sqrt(RowMath.SquaredNorm(weights));
            if (length > 0) TensorPrimitives.Divide(weights, (float)length, weights);
        }

        return rows;
    }
}
