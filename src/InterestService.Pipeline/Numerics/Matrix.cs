namespace InterestService.Pipeline.Numerics;

/// <summary>A dense row-major matrix of float32: <c>[rows x columns]</c>, one contiguous array.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Number of columns.</param>
/// <param name="values">Exactly <paramref name="rows"/> x <paramref name="columns"/> values, row after row. Not copied.</param>
public sealed class Matrix(int rows, int columns, float[] values)
{
    public Matrix(int rows, int columns) : this(rows, columns, new float[(long)rows * columns])
    {
    }

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public float[] Values { get; } = values.Length == (long)rows * columns
        ? values
        : throw new ArgumentException($"Expected {rows} x {columns} values, got {values.Length}.", nameof(values));

    /// <summary>Returns the number of distinct rows, at most <paramref name="limit"/>.</summary>
    public int DistinctRows(int limit)
    {
        var seen = new HashSet<float[]>(RowComparer.Instance);
        for (int row = 0; row < Rows && seen.Count < limit; row++) seen.Add(Row(row).ToArray());
        return seen.Count;
    }

    /// <summary>Returns the number of each row among the distinct ones, which are numbered as they first appear, <c>[rows]</c>.</summary>
    public int[] DistinctNumbers()
    {
        var numbers = new Dictionary<float[], int>(RowComparer.Instance);
        int[] distinct = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            float[] values = Row(row).ToArray();
            if (!numbers.TryGetValue(values, out distinct[row])) numbers.Add(values, distinct[row] = numbers.Count);
        }

        return distinct;
    }

    /// <summary>Returns a copy of the given rows, in their order.</summary>
    public Matrix SelectRows(ReadOnlySpan<int> rows)
    {
        var selected = new Matrix(rows.Length, Columns);
        for (int i = 0; i < rows.Length; i++) Row(rows[i]).CopyTo(selected.Row(i));
        return selected;
    }

    /// <summary>Returns row <paramref name="row"/> as a writable view of <see cref="Values"/>.</summary>
    public Span<float> Row(int row) => Values.AsSpan(row * Columns, Columns);

    private sealed class RowComparer : IEqualityComparer<float[]>
    {
        public static readonly RowComparer Instance = new();

        public bool Equals(float[]? x, float[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] row)
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(row.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
