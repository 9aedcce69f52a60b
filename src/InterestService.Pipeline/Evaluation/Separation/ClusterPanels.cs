using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>
/// Points laid out by cluster for the distance kernel: panels of 16 points of one cluster, first a row of 16 weights (1, or 0 for a lane
/// without a point) and then one row of 16 values a column. The kernel takes differences, 6 points against 16 at a time, so that points
/// close to each other and far from the origin lose nothing.
/// </summary>
internal sealed unsafe class ClusterPanels
{
    private const int TileRows = 6;

    private const int Width = 16;
    private const int Lanes = 8;
    private const int PanelsOfGroup = 16;

    private readonly int _columns;
    private readonly float[] _storage;
    private readonly float* _panels;
    private readonly int[] _firstPanels;

    public ClusterPanels(Matrix points, int[][] clusters)
    {
        _columns = points.Columns;
        _firstPanels = new int[clusters.Length + 1];
        for (int c = 0; c < clusters.Length; c++)
            _firstPanels[c + 1] = _firstPanels[c] + ((clusters[c].Length + Width - 1) / Width);
        _storage = GC.AllocateArray<float>(checked((_firstPanels[^1] * PanelSize) + Width), pinned: true);
        _panels = (float*)(((nuint)Unsafe.AsPointer(ref _storage[0]) + 63) & ~(nuint)63);
        for (int c = 0; c < clusters.Length; c++)
        {
            for (int i = 0; i < clusters[c].Length; i++)
            {
                float* lane = _panels + ((_firstPanels[c] + (i / Width)) * (long)PanelSize) + (i % Width);
                ReadOnlySpan<float> row = points.Row(clusters[c][i]);
                *lane = 1;
                for (int j = 0; j < row.Length; j++)
                    lane[(j + 1) * Width] = row[j];
            }
        }
    }

    private int PanelSize => Width * (_columns + 1);

    /// <summary>Sum of the distances of each row to the points of each cluster, <c>[rows x clusters]</c>.</summary>
    public double[] SumDistances(Matrix points, ReadOnlySpan<int> rows)
    {
        int clusters = _firstPanels.Length - 1;
        double[] sums = new double[rows.Length * clusters];
        fixed (float* values = points.Values)
        {
            for (int c = 0; c < clusters; c++)
            {
                // A group stays in the cache while all rows pass; after it the sums go on in float64.
                for (int panel = _firstPanels[c]; panel < _firstPanels[c + 1]; panel += PanelsOfGroup)
                {
                    int end = Math.Min(panel + PanelsOfGroup, _firstPanels[c + 1]);
                    for (int row = 0; row < rows.Length; row += TileRows)
                        AddGroup(values, rows[row..Math.Min(row + TileRows, rows.Length)], panel, end, sums.AsSpan((row * clusters) + c));
                }
            }
        }

        return sums;
    }

    /// <summary>Adds the distances of up to 6 rows to the points of some panels; a row's sum is clusters after the last row's.</summary>
    private void AddGroup(float* values, ReadOnlySpan<int> rows, int panel, int end, Span<double> sums)
    {
        float** x = stackalloc float*[TileRows];
        Vector256<float>* partial = stackalloc Vector256<float>[TileRows];
        for (int p = 0; p < TileRows; p++)
        {
            x[p] = values + ((long)rows[Math.Min(p, rows.Length - 1)] * _columns);
            partial[p] = Vector256<float>.Zero;
        }

        for (; panel < end; panel++)
            AddDistances(x, _panels + (panel * (long)PanelSize), partial);
        for (int p = 0; p < rows.Length; p++)
            sums[p * (_firstPanels.Length - 1)] += Vector256.Sum(partial[p]);
    }

    /// <summary>Adds the weighted distances of 6 points to the 16 of a panel, folded to 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddDistances(float** x, float* panel, Vector256<float>* sums)
    {
        float* p = panel;
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        int columns = _columns;
        for (int j = 0; j < columns; j++)
        {
            p += Width;
            Vector256<float> left = Vector256.Load(p), right = Vector256.Load(p + Lanes);
            Add(x0[j], left, right, ref a0, ref b0);
            Add(x1[j], left, right, ref a1, ref b1);
            Add(x2[j], left, right, ref a2, ref b2);
            Add(x3[j], left, right, ref a3, ref b3);
            Add(x4[j], left, right, ref a4, ref b4);
            Add(x5[j], left, right, ref a5, ref b5);
        }

        Vector256<float> leftWeights = Vector256.Load(panel), rightWeights = Vector256.Load(panel + Lanes);
        sums[0] += (leftWeights * Vector256.Sqrt(a0)) + (rightWeights * Vector256.Sqrt(b0));
        sums[1] += (leftWeights * Vector256.Sqrt(a1)) + (rightWeights * Vector256.Sqrt(b1));
        sums[2] += (leftWeights * Vector256.Sqrt(a2)) + (rightWeights * Vector256.Sqrt(b2));
        sums[3] += (leftWeights * Vector256.Sqrt(a3)) + (rightWeights * Vector256.Sqrt(b3));
        sums[4] += (leftWeights * Vector256.Sqrt(a4)) + (rightWeights * Vector256.Sqrt(b4));
        sums[5] += (leftWeights * Vector256.Sqrt(a5)) + (rightWeights * Vector256.Sqrt(b5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float value, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        Vector256<float> point = Vector256.Create(value);
        left = point - left;
        a = Vector256.MultiplyAddEstimate(left, left, a);
        right = point - right;
        b = Vector256.MultiplyAddEstimate(right, right, b);
    }
}
