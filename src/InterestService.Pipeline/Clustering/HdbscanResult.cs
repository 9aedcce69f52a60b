namespace InterestService.Pipeline.Clustering;

/// <param name="Partition">The nearest cluster of noise is that of its nearest point with a cluster.</param>
/// <param name="Strengths">
/// How long a point stays in its cluster as the density asked for rises, over how long the cluster lasts: 0 (noise) to 1,
/// <c>[points]</c>.
/// </param>
/// <param name="OutlierScores">
/// GLOSH (Campello et al. 2015): 0 for a point as dense as the densest part of the cluster that it was last in, towards 1 for one far less
/// dense, <c>[points]</c>.
/// </param>
/// <param name="Persistences">
/// The stability of each cluster over its largest possible value, size times the density at which it ends: 0 to 1, <c>[clusters]</c>.
/// </param>
/// <param name="MinimumClusterSize">The one that was used.</param>
/// <param name="MinimumSamples">The one that was used.</param>
public sealed record HdbscanResult(
    Partition Partition,
    float[] Strengths,
    float[] OutlierScores,
    float[] Persistences,
    int MinimumClusterSize,
    int MinimumSamples);
