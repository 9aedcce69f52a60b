namespace InterestService.Pipeline;

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

    /// <summary>Row <paramref name="row"/> as a writable view of <see cref="Values"/>.</summary>
    public Span<float> Row(int row) => Values.AsSpan(row * Columns, Columns);
}
