using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Centroids in panels for the scores <c>|c|^2 / 2 - x.c</c> of many points. A score orders the centroids of a point as the distance does:
/// <c>|x - c|^2 = |x|^2 + 2 score</c>.
/// </summary>
internal sealed unsafe class CentroidPanels(int capacity, int columns)
{
    /// <summary>Points of a tile.</summary>
    public const int TileRows = TileKernel.Rows;

    /// <summary>Centroids of a panel.</summary>
    public const int Width = TileKernel.Width;

    private const int Lanes = TileKernel.Lanes;

    private readonly LanePanels _panels = new(capacity, 1 + columns);
    private int _count;

    /// <summary>
    /// Lays out centroids, <c>[centroids x columns]</c>: each lane holds half the squared norm and the negated values of a centroid, so that
    /// the kernel only adds products. A lane without a centroid scores infinity.
    /// </summary>
    public void Pack(Matrix centroids)
    {
        _count = centroids.Rows;
        float[] lane = new float[1 + columns];
        for (int c = 0; c < _panels.Count * Width; c++)
        {
            Span<float> values = lane.AsSpan(1);
            if (c < _count)
            {
                lane[0] = (float)(RowMath.SquaredNorm(centroids.Row(c)) / 2);
                TensorPrimitives.Negate(centroids.Row(c), values);
            }
            else
            {
                lane[0] = float.PositiveInfinity;
                values.Clear();
            }

            _panels.Write(c, lane);
        }
    }

    /// <summary>Nearest centroid, its score and the second lowest score of each of the listed rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Nearest(float* points, ReadOnlySpan<int> rows, Span<int> nearest, Span<float> best, Span<float> second)
    {
        float* tile = stackalloc float[TileRows * Width];
        float** x = stackalloc float*[TileRows];
        Vector256<float>* bests = stackalloc Vector256<float>[TileRows];
        Vector256<float>* seconds = stackalloc Vector256<float>[TileRows];
        Vector256<int>* indexes = stackalloc Vector256<int>[TileRows];
        int panels = (_count + Width - 1) / Width;
        for (int first = 0; first < rows.Length; first += TileRows)
        {
            int count = Math.Min(TileRows, rows.Length - first);
            for (int p = 0; p < TileRows; p++)
            {
                x[p] = points + ((long)rows[first + Math.Min(p, count - 1)] * columns);
                bests[p] = seconds[p] = Vector256.Create(float.PositiveInfinity);
                indexes[p] = Vector256<int>.Zero;
            }

            for (int panel = 0; panel < panels; panel++)
            {
                TileKernel.Products(x, _panels.Panel(panel), columns, tile);
                for (int half = 0; half < Width; half += Lanes)
                {
                    Vector256<int> index = Vector256.CreateSequence((panel * Width) + half, 1);
                    for (int p = 0; p < TileRows; p++)
                    {
                        Vector256<float> score = Vector256.Load(tile + (p * Width) + half);
                        seconds[p] = Vector256.MinNative(seconds[p], Vector256.MaxNative(bests[p], score));
                        indexes[p] = Vector256.ConditionalSelect(Vector256.LessThan(score, bests[p]).AsInt32(), index, indexes[p]);
                        bests[p] = Vector256.MinNative(bests[p], score);
                    }
                }
            }

            for (int p = 0; p < count; p++)
            {
                Vector256<float> lowest = MinimumInEveryLane(bests[p]);
                Vector256<int> candidates = Vector256.ConditionalSelect(
                    Vector256.Equals(bests[p], lowest).AsInt32(), indexes[p], Vector256.Create(int.MaxValue));
                Vector256<int> winner = MinimumInEveryLane(candidates);
                // The winner's lane gives its second lowest score, every other lane its lowest.
                Vector256<float> others = Vector256.ConditionalSelect(
                    Vector256.Equals(candidates, winner).AsSingle(), seconds[p], bests[p]);
                nearest[first + p] = winner.ToScalar();
                best[first + p] = lowest.ToScalar();
                second[first + p] = MinimumInEveryLane(others).ToScalar();
            }
        }
    }

    /// <summary>Scores of consecutive rows against the first panel: <paramref name="scores"/> is <c>[rows x 16]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ScoreFirstPanel(float* points, int first, int end, float* scores)
    {
        float* tile = stackalloc float[TileRows * Width];
        float** x = stackalloc float*[TileRows];
        for (int row = first; row < end; row += TileRows)
        {
            int count = Math.Min(TileRows, end - row);
            for (int p = 0; p < TileRows; p++)
                x[p] = points + ((long)(row + Math.Min(p, count - 1)) * columns);
            TileKernel.Products(x, _panels.Panel(0), columns, tile);
            new ReadOnlySpan<float>(tile, count * Width).CopyTo(new Span<float>(scores + ((row - first) * Width), count * Width));
        }
    }

    private static Vector256<float> MinimumInEveryLane(Vector256<float> v)
    {
        v = Vector256.MinNative(v, Vector256.Shuffle(v, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        v = Vector256.MinNative(v, Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        return Vector256.MinNative(v, Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
    }

    private static Vector256<int> MinimumInEveryLane(Vector256<int> v)
    {
        v = Vector256.Min(v, Vector256.Shuffle(v, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        v = Vector256.Min(v, Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        return Vector256.Min(v, Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
    }
}
