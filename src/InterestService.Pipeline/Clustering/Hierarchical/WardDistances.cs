using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// Ward's distance <c>sqrt(2 a b / (a + b)) |x - y|</c> of clusters of a and b points with means x and y: no distances in memory, means
/// move instead.
/// </summary>
internal sealed unsafe class WardDistances : IClusterDistances
{
    private readonly ShrinkingPanels _means;
    private readonly int[] _laneOfSlot;
    private readonly int[] _slotOfLane;
    // The reciprocal size of the cluster of each lane, and what keeps a lane from being chosen: 0 or infinity.
    private readonly float[] _reciprocals;
    private readonly float[] _barriers;
    private readonly double[] _sizes;
    private readonly float[] _row;
    private readonly float[] _other;

    /// <param name="means"><c>[clusters x columns]</c></param>
    /// <param name="sizes">Points of each, <c>[clusters]</c>.</param>
    public WardDistances(Matrix means, int[] sizes)
    {
        _means = new ShrinkingPanels(means);
        _laneOfSlot = [.. Enumerable.Range(0, means.Rows)];
        _slotOfLane = [.. _laneOfSlot];
        _sizes = Array.ConvertAll(sizes, size => (double)size);
        _reciprocals = new float[_means.Panels * ShrinkingPanels.Width];
        _barriers = new float[_reciprocals.Length];
        Array.Fill(_reciprocals, 1);
        Array.Fill(_barriers, float.PositiveInfinity, means.Rows, _barriers.Length - means.Rows);
        for (int lane = 0; lane < sizes.Length; lane++)
            _reciprocals[lane] = 1f / sizes[lane];
        _row = new float[means.Columns];
        _other = new float[means.Columns];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Slot, float Distance) Nearest(int slot, int preferred)
    {
        int own = _laneOfSlot[slot];
        _means.Read(own, _row);
        _barriers[own] = float.PositiveInfinity;
        Vector256<float>* squared = stackalloc Vector256<float>[ShrinkingPanels.Width / ShrinkingPanels.Lanes];
        Vector256<float> ownReciprocal = Vector256.Create(_reciprocals[own]), two = Vector256.Create(2f);
        int preferredLane = preferred < 0 ? -1 : _laneOfSlot[preferred];
        float toPreferred = float.PositiveInfinity;
        var nearest = new NearestLane();
        fixed (float* x = _row, reciprocals = _reciprocals, barriers = _barriers)
        {
            for (int panel = 0; panel < _means.Panels; panel++)
            {
                _means.SquaredDistances(x, panel, squared);
                for (int i = 0; i < ShrinkingPanels.Width / ShrinkingPanels.Lanes; i++)
                {
                    int first = (panel * ShrinkingPanels.Width) + (i * ShrinkingPanels.Lanes);
                    Vector256<float> weight = two / (ownReciprocal + Vector256.Load(reciprocals + first));
                    squared[i] = (weight * squared[i]) + Vector256.Load(barriers + first);
                    nearest.See(squared[i], Vector256<float>.Zero, first);
                }

                if (panel == preferredLane / ShrinkingPanels.Width && preferred >= 0)
                    toPreferred = ((float*)squared)[preferredLane % ShrinkingPanels.Width];
            }
        }

        _barriers[own] = 0;
        (int lane, float lowest) = nearest.Result();
        return (toPreferred == lowest ? preferred : _slotOfLane[lane], MathF.Sqrt(lowest));
    }

    public void Merge(int from, int into, float distance)
    {
        int fromLane = _laneOfSlot[from], lane = _laneOfSlot[into];
        _means.Read(fromLane, _other);
        _means.Read(lane, _row);
        double size = _sizes[from] + _sizes[into], share = _sizes[from] / size;
        for (int j = 0; j < _row.Length; j++)
            _row[j] = (float)(_row[j] + (share * ((double)_other[j] - _row[j])));
        _means.Write(lane, _row);
        _sizes[into] = size;
        _reciprocals[lane] = (float)(1 / size);

        int last = _means.Remove(fromLane);
        _reciprocals[fromLane] = _reciprocals[last];
        _slotOfLane[fromLane] = _slotOfLane[last];
        _laneOfSlot[_slotOfLane[last]] = fromLane;
        _barriers[last] = float.PositiveInfinity;
    }
}
