namespace InterestService.Pipeline.Numerics;

/// <summary>Argument checks on the values of rows.</summary>
internal static class RowValidation
{
    private const double UnitTolerance = 1e-3;

    /// <summary>Throws if a row holds NaN, infinity or a value too large to square.</summary>
    /// <exception cref="ArgumentException">There is such a row; the message names the first one.</exception>
    public static void ThrowIfNotFinite(Matrix rows, RowChunks chunks, string parameter) =>
        ThrowAt(FirstRow(rows, chunks, squared => !IsUsable(squared)), rows, parameter);

    /// <summary>Throws if the length of a row is not 1.</summary>
    /// <exception cref="ArgumentException">There is such a row; the message names the first one.</exception>
    public static void ThrowIfNotUnitLength(Matrix rows, RowChunks chunks, string parameter) =>
        ThrowAt(FirstRow(rows, chunks, squared => !IsUsable(squared) || Math.Abs(squared - 1) > UnitTolerance), rows, parameter);

    private static bool IsUsable(double squaredNorm) => float.IsFinite((float)squaredNorm);

    private static int? FirstRow(Matrix rows, RowChunks chunks, Predicate<double> isInvalid)
    {
        int?[] invalid = new int?[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            for (int row = first; row < end && invalid[chunk] is null; row++)
                if (isInvalid(RowMath.SquaredNorm(rows.Row(row))))
                    invalid[chunk] = row;
        });
        return Array.Find(invalid, row => row is not null);
    }

    private static void ThrowAt(int? row, Matrix rows, string parameter)
    {
        if (row is not { } invalid)
            return;
        double squaredNorm = RowMath.SquaredNorm(rows.Row(invalid));
        throw new ArgumentException(
            IsUsable(squaredNorm)
                ? $"Row {invalid} has length {Math.Sqrt(squaredNorm):G4} instead of 1."
                : $"Row {invalid} holds NaN, infinity or a value too large to square.",
            parameter);
    }
}
