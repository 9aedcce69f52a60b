using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Squared distances of 6 rows to 16 in registers. The kernel takes differences, so that the distance of two points is the same bytes from
/// either side and points close to each other lose nothing.
/// </summary>
internal static unsafe class DistanceTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Lanes of a tile.</summary>
    public const int Width = 16;

    private const int Lanes = 8;

    /// <param name="x">The 6 rows, <c>[columns]</c> each.</param>
    /// <param name="panel"><c>[columns x 16]</c></param>
    /// <param name="tile">Where the squared distances go, <c>[6 x 16]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(float** x, float* panel, int columns, float* tile)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (int j = 0; j < columns; j++, panel += Width)
        {
            Vector256<float> left = Vector256.Load(panel), right = Vector256.Load(panel + Lanes);
            Add(x0[j], left, right, ref a0, ref b0);
            Add(x1[j], left, right, ref a1, ref b1);
            Add(x2[j], left, right, ref a2, ref b2);
            Add(x3[j], left, right, ref a3, ref b3);
            Add(x4[j], left, right, ref a4, ref b4);
            Add(x5[j], left, right, ref a5, ref b5);
        }

        Store(a0, b0, tile);
        Store(a1, b1, tile + Width);
        Store(a2, b2, tile + (2 * Width));
        Store(a3, b3, tile + (3 * Width));
        Store(a4, b4, tile + (4 * Width));
        Store(a5, b5, tile + (5 * Width));
    }

    /// <summary>The lanes of a row of a tile that are within a limit, one bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(float* row, float limit)
    {
        Vector256<float> limits = Vector256.Create(limit);
        return Vector256.LessThanOrEqual(Vector256.Load(row), limits).ExtractMostSignificantBits()
            | (Vector256.LessThanOrEqual(Vector256.Load(row + Lanes), limits).ExtractMostSignificantBits() << Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float value, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        Vector256<float> everywhere = Vector256.Create(value);
        left = everywhere - left;
        a = Vector256.MultiplyAddEstimate(left, left, a);
        right = everywhere - right;
        b = Vector256.MultiplyAddEstimate(right, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Lanes);
    }
}
