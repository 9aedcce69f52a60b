namespace InterestService.Pipeline.Lineage;

/// <summary>
/// The linear assignment problem by shortest augmenting paths (the Hungarian method of Kuhn 1955 as in Jonker and Volgenant 1987), in O(n²
/// m), n the smaller and m the larger of the numbers of rows and columns.
/// </summary>
public static class OptimalAssignment
{
    /// <summary>Assigns each row a different column so that the sum of the gains is maximal.</summary>
    /// <param name="gains">Finite, of any sign, <c>[rows x columns]</c>.</param>
    /// <returns>The column of each row, <c>[rows]</c>; -1 for unassigned rows if there are more rows than columns.</returns>
    public static int[] Maximize(double[,] gains)
    {
        ArgumentNullException.ThrowIfNull(gains);
        int rows = gains.GetLength(0), columns = gains.GetLength(1);
        if (rows <= columns) return Rows(RowOfColumn((row, column) => -gains[row, column], rows, columns), rows);
        return RowOfColumn((row, column) => -gains[column, row], columns, rows);
    }

    private static int[] Rows(int[] rowOfColumn, int rows)
    {
        int[] columns = new int[rows];
        for (int column = 0; column < rowOfColumn.Length; column++)
            if (rowOfColumn[column] >= 0)
                columns[rowOfColumn[column]] = column;
        return columns;
    }

    /// <summary>Adds the rows one by one, each along the shortest augmenting path to a free column.</summary>
    /// <returns>The row of each column or -1; every row has one, because there are at most as many rows as columns.</returns>
    private static int[] RowOfColumn(Func<int, int, double> cost, int rows, int columns)
    {
        int[] rowOf = new int[columns];
        Array.Fill(rowOf, -1);
        // Duals: cost(r, c) - rowPrice[r] - columnPrice[c] is never below 0, and 0 for the assigned pairs.
        double[] rowPrice = new double[rows], columnPrice = new double[columns];
        double[] distance = new double[columns];
        int[] before = new int[columns]; // previous column on the path; -1: the new row
        bool[] reached = new bool[columns];
        for (int entering = 0; entering < rows; entering++)
        {
            Array.Fill(distance, double.PositiveInfinity);
            Array.Clear(reached);
            int last = -1;
            double length = 0;
            for (int row = entering; row >= 0; row = rowOf[last])
            {
                int nearest = -1;
                for (int column = 0; column < columns; column++)
                {
                    if (reached[column]) continue;
                    double through = length + cost(row, column) - rowPrice[row] - columnPrice[column];
                    if (through < distance[column]) (distance[column], before[column]) = (through, last);
                    if (nearest < 0 || distance[column] < distance[nearest]) nearest = column;
                }

                (last, length) = (nearest, distance[nearest]);
                reached[last] = true;
            }

            // Updates the duals of the reached rows and columns so that the reduced costs on the path become 0.
            rowPrice[entering] += length;
            for (int column = 0; column < columns; column++)
            {
                if (!reached[column] || column == last) continue;
                columnPrice[column] += distance[column] - length;
                rowPrice[rowOf[column]] += length - distance[column];
            }

            for (int column = last; column >= 0; column = before[column])
                rowOf[column] = before[column] < 0 ? entering : rowOf[before[column]];
        }

        return rowOf;
    }
}
