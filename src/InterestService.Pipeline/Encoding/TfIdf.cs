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
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++) offsets[row + 1] = offsets[row] + set.ColumnsOf(users[row]).Length;
        int[] columns = new int[offsets[^1]];
        float[] values = new float[offsets[^1]];
        for (int row = 0; row < users.Length; row++)
        {
            var items = set.ColumnsOf(users[row]);
            var weights = set.WeightsOf(users[row]);
            items.CopyTo(columns.AsSpan(offsets[row]));
            var weighed = values.AsSpan(offsets[row], items.Length);
            for (int i = 0; i < items.Length; i++) weighed[i] = weights[i] * inverseFrequency[items[i]];
            double length = Math.Sqrt(RowMath.SquaredNorm(weighed));
            if (length > 0) TensorPrimitives.Divide(weighed, (float)length, weighed);
        }

        return new SparseRows(set.ItemCount, offsets, columns, values);
    }
}
