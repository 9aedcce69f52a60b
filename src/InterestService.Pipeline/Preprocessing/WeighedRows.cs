namespace InterestService.Pipeline.Preprocessing;

/// <summary>Acts of users, added up to a sparse matrix in CSR form.</summary>
internal static class WeighedRows
{
    /// <summary>Weights that underflow would leave a user without a direction.</summary>
    private const float Least = 1e-6f;

    /// <summary>
    /// One entry for each user and column: <c>ln(1 + sum of weights)</c>, so that the hundredth act of a kind says less than the first.
    /// </summary>
    /// <param name="offsets">Where each user's acts begin, <c>[users + 1]</c>.</param>
    /// <param name="columns">Of each act.</param>
    /// <param name="weight">Of each act, 0 or more; null: it does not count.</param>
    /// <returns>Columns ascend within a row.</returns>
    public static (int[] Offsets, int[] Columns, float[] Weights) Sum(int[] offsets, int[] columns, Func<int, double?> weight)
    {
        int[] rowOffsets = new int[offsets.Length];
        var rowColumns = new List<int>(columns.Length);
        var values = new List<float>(columns.Length);
        var row = new SortedDictionary<int, double>();
        for (int user = 0; user + 1 < offsets.Length; user++)
        {
            row.Clear();
            for (int act = offsets[user]; act < offsets[user + 1]; act++)
                if (weight(act) is { } one) row[columns[act]] = row.GetValueOrDefault(columns[act]) + one;
            foreach (var (column, sum) in row)
            {
                rowColumns.Add(column);
                values.Add(Math.Max((float)Math.Log(1 + sum), Least));
            }

            rowOffsets[user + 1] = rowColumns.Count;
        }

        return (rowOffsets, [.. rowColumns], [.. values]);
    }
}
