namespace InterestService.Pipeline.Clustering;

/// <param name="Partition">
/// A border point, within epsilon of a core point, is in the cluster of its nearest one; so is the nearest cluster of noise.
/// </param>
/// <param name="Core">Whether a point has enough neighbours, <c>[points]</c>.</param>
/// <param name="Epsilon">The largest distance of neighbours that was used.</param>
/// <param name="MinimumPoints">The neighbours of a core point that were used.</param>
public sealed record DbscanResult(Partition Partition, bool[] Core, double Epsilon, int MinimumPoints);
