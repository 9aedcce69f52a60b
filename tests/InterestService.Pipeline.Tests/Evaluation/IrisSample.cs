using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Evaluation;

/// <summary>Twelve rows of Fisher's iris data set, four of each species.</summary>
internal static class IrisSample
{
    public static Matrix Points { get; } = new(12, 4,
    [
        5.1f, 3.5f, 1.4f, .2f, 4.9f, 3.0f, 1.4f, .2f, 4.7f, 3.2f, 1.3f, .2f, 5.0f, 3.6f, 1.4f, .2f,
        7.0f, 3.2f, 4.7f, 1.4f, 6.4f, 3.2f, 4.5f, 1.5f, 6.9f, 3.1f, 4.9f, 1.5f, 5.5f, 2.3f, 4.0f, 1.3f,
        6.3f, 3.3f, 6.0f, 2.5f, 5.8f, 2.7f, 5.1f, 1.9f, 7.1f, 3.0f, 5.9f, 2.1f, 6.3f, 2.9f, 5.6f, 1.8f,
    ]);

    public static int[] Labels { get; } = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];

    /// <summary>Returns the same points with one point of noise.</summary>
    public static (Matrix Points, int[] Labels) WithNoise()
    {
        var points = new Matrix(13, 4, [.. Points.Values[..20], 99, -99, 99, -99, .. Points.Values[20..]]);
        return (points, [.. Labels[..5], -1, .. Labels[5..]]);
    }
}
