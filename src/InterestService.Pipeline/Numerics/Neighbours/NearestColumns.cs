namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// The nearest columns of a sparse matrix by the cosine of their rows, each row with a weight: items by their users,
/// as item-based recommenders compare them (Deshpande and Karypis, "Item-based top-N recommendation algorithms", 2004). Time grows with the
/// entries times the length of a row, memory with the entries.
/// </summary>
internal static class NearestColumns
{
    /// <summary>Finds the neighbours of some columns.</summary>
    /// <param name="matrix"><c>[rows x columns]</c>; the values of the entries do not matter.</param>
    /// <param name="weights">Weight of each row, above 0, <c>[rows]</c>.</param>
    /// <param name="columns">Columns to find neighbours of.</param>
    /// <param name="count">Maximum number of neighbours of a column; of equally near ones, those with the lower index.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each column.</param>
    /// <returns>Neighbours of each column with their cosines, above 0, by index, <c>[columns]</c>; empty for columns not asked for.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static (int Column, float Cosine)[][] Find(
        SparseRows matrix, float[] weights, int[] columns, int count, int threads, CancellationToken cancellation)
    {
        using var transposed = matrix.Transpose();
        double[] squares = new double[matrix.ColumnCount];
        for (int column = 0; column < squares.Length; column++)
            foreach (int row in transposed.ColumnsOf(column)) squares[column] += weights[row];

        var found = new (int Column, float Cosine)[matrix.ColumnCount][];
        Array.Fill(found, []);
        new RowChunks(columns.Length, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            var search = new Search(matrix, transposed, weights, squares, count);
            foreach (int column in columns.AsSpan(first, end - first))
            {
                cancellation.ThrowIfCancellationRequested();
                found[column] = search.Find(column);
            }
        });
        return found;
    }

    /// <summary>Finds the neighbours of columns, one at a time.</summary>
    private sealed class Search(SparseRows matrix, SparseRows transposed, float[] weights, double[] squares, int count)
    {
        private readonly double[] _common = new double[squares.Length];
        private readonly List<int> _touched = [];
        private readonly PriorityQueue<(int Column, float Cosine), long> _nearest = new(count + 1);

        public (int Column, float Cosine)[] Find(int column)
        {
            foreach (int row in transposed.ColumnsOf(column))
                foreach (int other in matrix.ColumnsOf(row))
                {
                    if (_common[other] == 0) _touched.Add(other);
                    _common[other] += weights[row];
                }

            foreach (int other in _touched)
            {
                float cosine = (float)_common[other] / MathF.Sqrt((float)(squares[column] * squares[other]));
                _common[other] = 0;
                if (other == column) continue;
                // Positive floats are ordered as their bits; equally near columns are ordered by index.
                long priority = ((long)BitConverter.SingleToInt32Bits(cosine) << 32) | (uint)~other;
                if (_nearest.Count < count) _nearest.Enqueue((other, cosine), priority);
                else _nearest.EnqueueDequeue((other, cosine), priority);
            }

            (int Column, float Cosine)[] nearest = [.. _nearest.UnorderedItems.Select(pair => pair.Element).OrderBy(pair => pair.Column)];
            _touched.Clear();
            _nearest.Clear();
            return nearest;
        }
    }
}
