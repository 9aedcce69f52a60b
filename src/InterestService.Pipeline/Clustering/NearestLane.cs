using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Clustering;

/// <summary>The lowest of the values seen and its lane, the first one on a tie.</summary>
internal struct NearestLane()
{
    private Vector256<float> _lowest = Vector256.Create(float.PositiveInfinity);
    private Vector256<int> _lanes = Vector256.Create(int.MaxValue);

    /// <summary>Looks at 8 values; lanes rise from call to call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void See(Vector256<float> values, int firstLane)
    {
        Vector256<float> lower = Vector256.LessThan(values, _lowest);
        _lanes = Vector256.ConditionalSelect(lower.AsInt32(), Vector256.CreateSequence(firstLane, 1), _lanes);
        _lowest = Vector256.ConditionalSelect(lower, values, _lowest);
    }

    /// <summary>Lane -1 when nothing below infinity was seen.</summary>
    public readonly (int Lane, float Value) Result()
    {
        (int lane, float value) = (int.MaxValue, float.PositiveInfinity);
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            if (_lowest[i] < value || (_lowest[i] == value && _lanes[i] < lane))
                (lane, value) = (_lanes[i], _lowest[i]);
        }

        return (lane == int.MaxValue ? -1 : lane, value);
    }
}
