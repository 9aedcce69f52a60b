namespace InterestService.Pipeline.Numerics;

/// <summary>
/// The number of a cluster within its clustering, from 1. It never changes, and tables and profiles name clusters by it. The index of a
/// cluster, from 0, is its row in the centroids and its label in a <see cref="Partition"/>; only this type converts between the two.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct ClusterNumber(int Value)
{
    /// <summary>Row of the cluster in the centroids.</summary>
    public int Index => Value - 1;

    public static ClusterNumber FromIndex(int index) => new(index + 1);
}
