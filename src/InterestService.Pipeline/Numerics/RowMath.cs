using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>Vectorised arithmetic on rows.</summary>
/// <remarks>
/// AggressiveOptimization, here and in the loops around it, bypasses tiered compilation: a job runs them once, for less time than the tiers
/// take to optimise them.
/// </remarks>
internal static class RowMath
{
    /// <summary>Computes the squared Euclidean distance from differences, without cancellation for points far from the origin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a);
        ReadOnlySpan<Vector<float>> vb = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < va.Length; i++)
        {
            Vector<float> difference = va[i] - vb[i];
            sums += difference * difference;
        }

        float total = Vector.Sum(sums);
        for (int i = va.Length * Vector<float>.Count; i < a.Length; i++)
            total += (a[i] - b[i]) * (a[i] - b[i]);
        return total;
    }

    /// <summary>Computes the inner product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a);
        ReadOnlySpan<Vector<float>> vb = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        Vector<float> even = Vector<float>.Zero, odd = Vector<float>.Zero;
        int i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            even = Vector.FusedMultiplyAdd(va[i], vb[i], even);
            odd = Vector.FusedMultiplyAdd(va[i + 1], vb[i + 1], odd);
        }

        if (i < va.Length) even = Vector.FusedMultiplyAdd(va[i], vb[i], even);
        float total = Vector.Sum(even + odd);
        for (i = va.Length * Vector<float>.Count; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    /// <summary>Adds <paramref name="weight"/> times the products of two rows to sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProduct(Span<float> sums, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight)
    {
        Span<Vector<float>> vs = MemoryMarshal.Cast<float, Vector<float>>(sums);
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a[..sums.Length]);
        ReadOnlySpan<Vector<float>> vb = MemoryMarshal.Cast<float, Vector<float>>(b[..sums.Length]);
        Vector<float> weights = Vector.Create(weight);
        for (int i = 0; i < vs.Length; i++) vs[i] = Vector.FusedMultiplyAdd(va[i] * weights, vb[i], vs[i]);
        for (int i = vs.Length * Vector<float>.Count; i < sums.Length; i++) sums[i] += weight * a[i] * b[i];
    }

    /// <summary>Computes the squared length in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredNorm(ReadOnlySpan<float> a)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a);
        Vector<double> sums = Vector<double>.Zero;
        foreach (Vector<float> values in va)
        {
            Vector.Widen(values, out Vector<double> low, out Vector<double> high);
            sums += (low * low) + (high * high);
        }

        double total = Vector.Sum(sums);
        foreach (float value in a[(va.Length * Vector<float>.Count)..])
            total += (double)value * value;
        return total;
    }

    /// <summary>Computes the Euclidean distance of each row to one of other rows, <c>[rows]</c>.</summary>
    /// <param name="rows"><c>[rows x columns]</c></param>
    /// <param name="others"><c>[others x columns]</c></param>
    /// <param name="numbers">Number of the other row for each row, <c>[rows]</c>.</param>
    public static float[] Distances(Matrix rows, Matrix others, int[] numbers) =>
        [.. Enumerable.Range(0, rows.Rows).Select(row => MathF.Sqrt(SquaredDistance(rows.Row(row), others.Row(numbers[row]))))];

    /// <summary>Adds <paramref name="weight"/> times a row of float32 to float64 sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Span<double> sums, ReadOnlySpan<float> row, double weight)
    {
        Span<Vector<double>> vs = MemoryMarshal.Cast<double, Vector<double>>(sums);
        ReadOnlySpan<Vector<float>> vr = MemoryMarshal.Cast<float, Vector<float>>(row);
        Vector<double> weights = Vector.Create(weight);
        for (int i = 0; i < vr.Length; i++)
        {
            Vector.Widen(vr[i], out Vector<double> low, out Vector<double> high);
            vs[2 * i] += weights * low;
            vs[(2 * i) + 1] += weights * high;
        }

        for (int i = vr.Length * Vector<float>.Count; i < row.Length; i++)
            sums[i] += weight * row[i];
    }

    /// <summary>Adds float64 sums to float64 sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Span<double> sums, ReadOnlySpan<double> others)
    {
        Span<Vector<double>> vs = MemoryMarshal.Cast<double, Vector<double>>(sums);
        ReadOnlySpan<Vector<double>> vo = MemoryMarshal.Cast<double, Vector<double>>(others);
        for (int i = 0; i < vo.Length; i++)
            vs[i] += vo[i];
        for (int i = vo.Length * Vector<double>.Count; i < others.Length; i++)
            sums[i] += others[i];
    }

    /// <summary>Writes the direction of float64 sums, of length 1.</summary>
    /// <param name="sums"><c>[columns]</c></param>
    /// <param name="direction"><c>[columns]</c>; not changed if the sums have no direction.</param>
    /// <param name="rows">Number of rows of length 1 in the sums, by which the rounding of their length grows.</param>
    /// <returns>False if the rows cancel each other, or there are none.</returns>
    public static bool TryGetDirection(ReadOnlySpan<double> sums, Span<float> direction, long rows)
    {
        double squared = 0;
        foreach (double value in sums) squared += value * value;
        double length = Math.Sqrt(squared);
        if (rows == 0 || length < 1e-12 * rows) return false;
        for (int i = 0; i < sums.Length; i++) direction[i] = (float)(sums[i] / length);
        return true;
    }
}
