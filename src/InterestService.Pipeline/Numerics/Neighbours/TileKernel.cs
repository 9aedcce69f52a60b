using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Squared distances and inner products of rows with the rows of a panel of <see cref="LanePanels"/>, summed in registers.</summary>
/// <remarks>
/// A tile of 6 x 16 fills the 16 registers of AVX2 (12 sums, 2 vectors of the panel, 1 value) and measured as fast as any shape of AVX-512.
/// The tiles are never inlined: the caller's own values would need registers too. Squared distances are summed from differences: both
/// directions give the same bytes, and rows close to each other lose no digits.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Lanes of a tile.</summary>
    public const int Width = 16;

    /// <summary>Lanes of the panel of a single row: as many sums as hide the latency of an addition.</summary>
    public const int RowWidth = 32;

    /// <summary>Lanes of a vector.</summary>
    public const int Lanes = 8;

    private interface ITerm
    {
        static abstract Vector256<float> Add(Vector256<float> value, Vector256<float> lane, Vector256<float> sum);
    }

    /// <summary>Computes the squared distances of 6 rows to the 16 lanes of a panel.</summary>
    /// <param name="x">The 6 rows, <c>[columns]</c> each.</param>
    /// <param name="panel"><c>[columns x 16]</c></param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="tile">Receives the squared distances, <c>[6 x 16]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SquaredDistances(float** x, float* panel, int columns, float* tile) =>
        Sum<SquaredDifference>(x, panel, columns, default, default, tile);

    /// <summary>Computes the inner products of 6 rows with the 16 lanes of a panel, each added to the first value of the lane.</summary>
    /// <param name="x">The 6 rows, <c>[columns]</c> each.</param>
    /// <param name="panel"><c>[(1 + columns) x 16]</c></param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="tile">Receives the sums, <c>[6 x 16]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Products(float** x, float* panel, int columns, float* tile) =>
        Sum<Product>(x, panel + Width, columns, Vector256.Load(panel), Vector256.Load(panel + Lanes), tile);

    /// <summary>Computes the squared distances of one row to the 32 lanes of a panel.</summary>
    /// <param name="x"><c>[columns]</c></param>
    /// <param name="panel"><c>[columns x 32]</c></param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="squared">Receives the squared distances, 4 vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SquaredDistances(float* x, float* panel, int columns, Vector256<float>* squared)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (int j = 0; j < columns; j++, panel += RowWidth)
        {
            Vector256<float> value = Vector256.Create(x[j]);
            // Written out: only so does the compiler fold each load into its subtraction.
            Vector256<float> difference = value - Vector256.Load(panel);
            a = Vector256.MultiplyAddEstimate(difference, difference, a);
            difference = value - Vector256.Load(panel + Lanes);
            b = Vector256.MultiplyAddEstimate(difference, difference, b);
            difference = value - Vector256.Load(panel + (2 * Lanes));
            c = Vector256.MultiplyAddEstimate(difference, difference, c);
            difference = value - Vector256.Load(panel + (3 * Lanes));
            d = Vector256.MultiplyAddEstimate(difference, difference, d);
        }

        squared[0] = a;
        squared[1] = b;
        squared[2] = c;
        squared[3] = d;
    }

    /// <summary>Returns the lanes of a row of a tile whose values are at most <paramref name="limit"/>, one bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMost(float* row, float limit)
    {
        Vector256<float> limits = Vector256.Create(limit);
        return Vector256.LessThanOrEqual(Vector256.Load(row), limits).ExtractMostSignificantBits()
            | (Vector256.LessThanOrEqual(Vector256.Load(row + Lanes), limits).ExtractMostSignificantBits() << Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TTerm>(
        float** x, float* panel, int columns, Vector256<float> leftStart, Vector256<float> rightStart, float* tile)
        where TTerm : struct, ITerm
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        Vector256<float> a0 = leftStart, a1 = leftStart, a2 = leftStart, a3 = leftStart, a4 = leftStart, a5 = leftStart;
        Vector256<float> b0 = rightStart, b1 = rightStart, b2 = rightStart, b3 = rightStart, b4 = rightStart, b5 = rightStart;
        for (int j = 0; j < columns; j++, panel += Width)
        {
            Vector256<float> left = Vector256.Load(panel), right = Vector256.Load(panel + Lanes);
            Vector256<float> value = Vector256.Create(x0[j]);
            a0 = TTerm.Add(value, left, a0);
            b0 = TTerm.Add(value, right, b0);
            value = Vector256.Create(x1[j]);
            a1 = TTerm.Add(value, left, a1);
            b1 = TTerm.Add(value, right, b1);
            value = Vector256.Create(x2[j]);
            a2 = TTerm.Add(value, left, a2);
            b2 = TTerm.Add(value, right, b2);
            value = Vector256.Create(x3[j]);
            a3 = TTerm.Add(value, left, a3);
            b3 = TTerm.Add(value, right, b3);
            value = Vector256.Create(x4[j]);
            a4 = TTerm.Add(value, left, a4);
            b4 = TTerm.Add(value, right, b4);
            value = Vector256.Create(x5[j]);
            a5 = TTerm.Add(value, left, a5);
            b5 = TTerm.Add(value, right, b5);
        }

        Store(a0, b0, tile);
        Store(a1, b1, tile + Width);
        Store(a2, b2, tile + (2 * Width));
        Store(a3, b3, tile + (3 * Width));
        Store(a4, b4, tile + (4 * Width));
        Store(a5, b5, tile + (5 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Lanes);
    }

    private readonly struct SquaredDifference : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Add(Vector256<float> value, Vector256<float> lane, Vector256<float> sum)
        {
            Vector256<float> difference = value - lane;
            return Vector256.MultiplyAddEstimate(difference, difference, sum);
        }
    }

    private readonly struct Product : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Add(Vector256<float> value, Vector256<float> lane, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(value, lane, sum);
    }
}
