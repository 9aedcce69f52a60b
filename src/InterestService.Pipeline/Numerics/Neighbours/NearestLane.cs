using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Finds the lane of the lowest value; on a tie that with the lowest second value, then the first lane.</summary>
internal struct NearestLane()
{
    private Vector256<float> _lowest = Vector256.Create(float.PositiveInfinity);
    private Vector256<float> _seconds = Vector256.Create(float.PositiveInfinity);
    private Vector256<int> _lanes = Vector256.Create(int.MaxValue);

    /// <summary>Compares 8 values; lanes must increase from call to call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(Vector256<float> values, Vector256<float> seconds, int firstLane)
    {
        Vector256<float> lower = Lower(values, seconds, _lowest, _seconds);
        _lanes = Vector256.ConditionalSelect(lower.AsInt32(), Vector256.CreateSequence(firstLane, 1), _lanes);
        _seconds = Vector256.ConditionalSelect(lower, seconds, _seconds);
        _lowest = Vector256.ConditionalSelect(lower, values, _lowest);
    }

    /// <summary>Returns the lanes in which a pair of values precedes another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Lower(
        Vector256<float> values, Vector256<float> seconds, Vector256<float> otherValues, Vector256<float> otherSeconds) =>
        Vector256.LessThan(values, otherValues)
            | (Vector256.Equals(values, otherValues) & Vector256.LessThan(seconds, otherSeconds));

    /// <summary>Returns the lane and its value; lane -1 if no value was below infinity.</summary>
    public readonly (int Lane, float Value) Result()
    {
        (float Value, float Second, int Lane) lowest = (float.PositiveInfinity, float.PositiveInfinity, int.MaxValue);
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            (float Value, float Second, int Lane) candidate = (_lowest[i], _seconds[i], _lanes[i]);
            if (candidate.CompareTo(lowest) < 0)
                lowest = candidate;
        }

        return (lowest.Lane == int.MaxValue ? -1 : lowest.Lane, lowest.Value);
    }
}
