namespace InterestService.Pipeline.Lineage;

/// <summary>Users of a pair of clusters.</summary>
/// <param name="Previous">Their cluster in the previous clustering; null: they are not in it.</param>
/// <param name="Current">Their cluster in the current clustering; null: they are not in it.</param>
/// <param name="Users">How many.</param>
public readonly record struct ClusterOverlap(int? Previous, int? Current, int Users);

/// <summary>A cluster that persists.</summary>
/// <param name="Previous">Its name in the previous clustering.</param>
/// <param name="Current">Its name in the current clustering.</param>
/// <param name="PreviousUsers">Users then.</param>
/// <param name="CurrentUsers">Users now.</param>
/// <param name="CommonUsers">Users then and now.</param>
/// <param name="Jaccard">Common users over all users of either, of those whom both clusterings know; 0 to 1.</param>
public sealed record ClusterMatch(int Previous, int Current, int PreviousUsers, int CurrentUsers, int CommonUsers, double Jaccard);

/// <summary>A previous cluster that several current ones have most of their users from.</summary>
/// <param name="Previous">The cluster.</param>
/// <param name="Into">What it fell into, ascending.</param>
public sealed record ClusterSplit(int Previous, IReadOnlyList<int> Into);

/// <summary>Previous clusters most of whose users went into one current cluster.</summary>
/// <param name="From">What was merged, ascending.</param>
/// <param name="Current">The cluster.</param>
public sealed record ClusterMerge(IReadOnlyList<int> From, int Current);

/// <summary>What users did between two clusterings.</summary>
/// <param name="Stayed">In a cluster that persists, then and now.</param>
/// <param name="Moved">Known to both clusterings, in another cluster now.</param>
/// <param name="Joined">Known to the current clustering alone.</param>
/// <param name="Left">Known to the previous clustering alone.</param>
public sealed record UserFlow(int Stayed, int Moved, int Joined, int Left);
