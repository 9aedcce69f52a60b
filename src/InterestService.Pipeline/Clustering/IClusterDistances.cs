namespace InterestService.Pipeline.Clustering;

/// <summary>
/// Distances between clusters that merge. Every cluster has a slot; slots are 0 to leaves - 1 at first and never used again when empty.
/// </summary>
internal interface IClusterDistances
{
    /// <summary>
    /// The nearest other cluster and its distance on the linkage's scale; on a tie <paramref name="preferred"/> (-1: none), or else any,
    /// but always the same.
    /// </summary>
    (int Slot, float Distance) Nearest(int slot, int preferred);

    /// <summary>Merges a cluster into another, whose slot it takes.</summary>
    void Merge(int from, int into, float distance);
}
