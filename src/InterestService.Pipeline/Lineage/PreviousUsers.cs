namespace InterestService.Pipeline.Lineage;

/// <summary>Where an earlier clustering of the same kind has the users of this one, in the order of this one's users.</summary>
/// <param name="Vectors">
/// In that clustering's own space, <c>[users x dimensions]</c>; rows of unit length, or 0 where it does not know the user.
/// </param>
/// <param name="Clusters">Number of the cluster, from 0; -1 where it does not know the user; <c>[users]</c>.</param>
public sealed record PreviousUsers(Matrix Vectors, int[] Clusters);
