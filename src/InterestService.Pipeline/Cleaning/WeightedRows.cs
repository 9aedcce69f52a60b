namespace InterestService.Pipeline.Cleaning;

/// <summary>Acts of users, added up to a sparse matrix in CSR form.</summary>
internal static class WeightedRows
{
    /// <summary>Weights that underflow would leave a user without a direction.</summary>
    private const float MinWeight = 1e-6f;

    /// <summary>
    /// One entry for each user and column: <c>ln(1 + sum of weights)</c>, so that the hundredth act of a kind says less than the first.
    /// </summary>
    /// <param name="offsets">Where each user's acts begin, <c>[users + 1]</c>.</param>
    /// <param name="columns">Of each act.</param>
    /// <param name="weight">Of each act, 0 or more; null: it does not count.</param>
    /// <returns>Columns ascend within a row.</returns>
    public static (int[] Offsets, int[] Columns, float[] Weights) Sum(int[] offsets, int[] columns, Func<int, double?> weight)
    {
        int[] rowOffsets = new int[offsets.Length], rowColumns = new int[columns.Length];
        float[] values = new float[columns.Length];
        int entries = 0;
        // Column and place of an act in one number: sorted by column, and within one as they came.
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
                (rowColumns[entries], values[entries]) = (column, Math.Max((float)Math.Log(1 + sum), MinWeight));
                entries++;
            }

            rowOffsets[user + 1] = entries;
        }

        Array.Resize(ref rowColumns, entries);
        Array.Resize(ref values, entries);
        return (rowOffsets, rowColumns, values);
    }
}
