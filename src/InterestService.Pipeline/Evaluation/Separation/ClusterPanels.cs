using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>Points in panels by cluster, for the sums of the distances of many points to each cluster.</summary>
internal sealed unsafe class ClusterPanels
{
    private const int TileRows = TileKernel.Rows;
    private const int Width = TileKernel.Width;
    private const int GroupPanels = 16;

    private readonly LanePanels _panels;
    private readonly int[] _sizes;
    private readonly int[] _firstPanels;
    private readonly int _columns;

    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="clusters">Rows of each cluster, <c>[clusters]</c>.</param>
    public ClusterPanels(Matrix points, int[][] clusters)
    {
        _columns = points.Columns;
        _sizes = Array.ConvertAll(clusters, rows => rows.Length);
        _firstPanels = new int[clusters.Length + 1];
        for (int c = 0; c < clusters.Length; c++)
            _firstPanels[c + 1] = _firstPanels[c] + ((clusters[c].Length + Width - 1) / Width);
        _panels = new LanePanels(_firstPanels[^1] * Width, points.Columns);
        for (int c = 0; c < clusters.Length; c++)
            for (int i = 0; i < clusters[c].Length; i++)
                _panels.Write((_firstPanels[c] * Width) + i, points.Row(clusters[c][i]));
    }

    /// <summary>Computes the sum of the distances of each row to the points of each cluster, <c>[rows x clusters]</c>.</summary>
    public double[] SumDistances(Matrix points, ReadOnlySpan<int> rows)
    {
        double[] sums = new double[rows.Length * _sizes.Length];
        fixed (float* values = points.Values)
        {
            for (int c = 0; c < _sizes.Length; c++)
            {
                // All rows pass over a group while it stays in the cache; across groups the sums are float64.
                for (int panel = _firstPanels[c]; panel < _firstPanels[c + 1]; panel += GroupPanels)
                {
                    for (int row = 0; row < rows.Length; row += TileRows)
                    {
                        ReadOnlySpan<int> tileRows = rows[row..Math.Min(row + TileRows, rows.Length)];
                        AddGroup(values, tileRows, c, panel, sums.AsSpan((row * _sizes.Length) + c));
                    }
                }
            }
        }

        return sums;
    }

    /// <summary>Adds the distances of up to 6 rows to the points of a group of panels; the sums of two rows are as far apart as there are clusters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGroup(float* values, ReadOnlySpan<int> rows, int cluster, int panel, Span<double> sums)
    {
        float* tile = stackalloc float[TileRows * Width];
        float** x = stackalloc float*[TileRows];
        Vector256<float>* partial = stackalloc Vector256<float>[TileRows];
        for (int p = 0; p < TileRows; p++)
        {
            x[p] = values + ((long)rows[Math.Min(p, rows.Length - 1)] * _columns);
            partial[p] = Vector256<float>.Zero;
        }

        int end = Math.Min(panel + GroupPanels, _firstPanels[cluster + 1]);
        for (; panel < end; panel++)
        {
            TileKernel.SquaredDistances(x, _panels.Panel(panel), _columns, tile);
            int points = _sizes[cluster] - ((panel - _firstPanels[cluster]) * Width);
            Vector256<float> left = MaskBelow(points), right = MaskBelow(points - TileKernel.Lanes);
            for (int p = 0; p < TileRows; p++)
            {
                float* row = tile + (p * Width);
                partial[p] += (Vector256.Sqrt(Vector256.Load(row)) & left)
                    + (Vector256.Sqrt(Vector256.Load(row + TileKernel.Lanes)) & right);
            }
        }

        for (int p = 0; p < rows.Length; p++)
            sums[p * _sizes.Length] += Vector256.Sum(partial[p]);
    }

    /// <summary>Returns all bits for the lanes below a count, none for the others.</summary>
    private static Vector256<float> MaskBelow(int count) =>
        Vector256.LessThan(Vector256.CreateSequence(0, 1), Vector256.Create(count)).AsSingle();
}
