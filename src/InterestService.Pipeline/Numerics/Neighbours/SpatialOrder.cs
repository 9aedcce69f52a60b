namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>An order in which near points are close to each other: the leaves of a k-d tree (Bentley 1975), left to right.</summary>
internal static class SpatialOrder
{
    /// <summary>Returns the same rows, divided at the median of the column of largest variance down to the size of a panel.</summary>
    public static int[] Compute(Matrix points, ReadOnlySpan<int> rows)
    {
        int[] order = rows.ToArray();
        Split(points, order);
        return order;
    }

    private static void Split(Matrix points, Span<int> rows)
    {
        if (rows.Length <= DistancePanels.Width)
            return;
        int column = LargestVariance(points, rows);
        float[] keys = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            keys[i] = points.Row(rows[i])[column];
        keys.AsSpan().Sort(rows);
        // A division does not split panels, nor groups of panels.
        int unit = rows.Length > DistancePanels.GroupRows ? DistancePanels.GroupRows : DistancePanels.Width;
        int middle = ((rows.Length / 2) + unit - 1) / unit * unit;
        Split(points, rows[..middle]);
        Split(points, rows[middle..]);
    }

    private static int LargestVariance(Matrix points, ReadOnlySpan<int> rows)
    {
        double[] sums = new double[points.Columns], squares = new double[points.Columns];
        float[] squared = new float[points.Columns];
        foreach (int row in rows)
        {
            ReadOnlySpan<float> point = points.Row(row);
            for (int j = 0; j < point.Length; j++)
                squared[j] = point[j] * point[j];
            RowMath.Add(sums, point, 1);
            RowMath.Add(squares, squared, 1);
        }

        int column = 0;
        double largest = double.NegativeInfinity;
        for (int j = 0; j < sums.Length; j++)
        {
            double variance = squares[j] - (sums[j] / rows.Length * sums[j]);
            if (variance > largest)
                (column, largest) = (j, variance);
        }

        return column;
    }
}
