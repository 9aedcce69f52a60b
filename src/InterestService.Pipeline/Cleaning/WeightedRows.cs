using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Sums the acts of users to a sparse matrix in CSR form.</summary>
internal static class WeightedRows
{
    /// <summary>Minimum weight: weights that underflow or are outweighed would leave a user without a direction.</summary>
    private const float MinWeight = 1e-6f;

    /// <summary>
    /// Computes one entry for each user and column: <c>ln(1 + sum of weights)</c>, so that the hundredth act of a kind counts less
    /// than the first.
    /// </summary>
    /// <param name="offsets">Offset of each user's first act, <c>[users + 1]</c>.</param>
    /// <param name="columns">Column of each act.</param>
    /// <param name="weight">Weight of each act; a sum below 0 counts as 0. Null: the act does not count.</param>
    /// <returns>Rows with ascending columns; the caller owns the columns.</returns>
    public static (int[] Offsets, Column<int> Columns, Column<float> Weights) Sum(
        int[] offsets, ReadOnlySpan<int> columns, Func<int, double?> weight)
    {
        int[] rowOffsets = new int[offsets.Length];
        var (entryColumns, entryWeights) = (new ColumnBuilder<int>(), new ColumnBuilder<float>());
        // Column and place of an act in one number: sorted by column, and within one in their order.
        long[] order = [];
        double[] weights = [];
        for (int user = 0; user + 1 < offsets.Length; user++)
        {
            int first = offsets[user], count = 0;
            if (order.Length < offsets[user + 1] - first) (order, weights) = (new long[2 * (offsets[user + 1] - first)], new double[2 * (offsets[user + 1] - first)]);
            for (int act = first; act < offsets[user + 1]; act++)
            {
                if (weight(act) is not { } one) continue;
                (order[count], weights[count]) = (((long)columns[act] << 32) | (uint)count, one);
                count++;
            }

            order.AsSpan(0, count).Sort();
            for (int i = 0; i < count;)
            {
                int column = (int)(order[i] >> 32);
                double sum = 0;
                for (; i < count && (int)(order[i] >> 32) == column; i++) sum += weights[(int)order[i]];
                entryColumns.Add(column);
                entryWeights.Add(Math.Max((float)Math.Log(1 + Math.Max(sum, 0)), MinWeight));
            }

            rowOffsets[user + 1] = entryColumns.Count;
        }

        return (rowOffsets, entryColumns.Build(), entryWeights.Build());
    }
}
