namespace InterestService.Api.Clusterings.Maps;

/// <summary>The users of a clustering in a plane, where near ones have similar interests.</summary>
/// <param name="ClusteringId">The clustering.</param>
/// <param name="Method"><c>umap</c>: uniform manifold approximation and projection.</param>
/// <param name="Seed">Seed of the sample and of the projection.</param>
/// <param name="Users">Users whom the run of the clustering gave a cluster.</param>
/// <param name="Sampled">How many of them were put on the map: all, or a sample in which every cluster has its share. Whoever has left since is not there.</param>
/// <param name="Trustworthiness">How far neighbours on the map are neighbours in truth, .5 (by chance) to 1; null: not defined.</param>
/// <param name="Continuity">How far true neighbours are neighbours on the map, .5 (by chance) to 1; null: not defined.</param>
/// <param name="MeanDisplacement">
/// Mean way from the map that was published before, as a fraction of the longer side of the map, of the users whose cluster persists; null: none.
/// </param>
/// <param name="Notes">By the name of a figure: why it is null, or the sample that it is a mean of.</param>
/// <param name="Points">The users, in the order of their ids.</param>
public sealed record MapResponse(
    Guid ClusteringId,
    string Method,
    int Seed,
    int Users,
    int Sampled,
    double? Trustworthiness,
    double? Continuity,
    double? MeanDisplacement,
    IReadOnlyDictionary<string, string> Notes,
    IReadOnlyList<MapPoint> Points);

/// <summary>A user on a map. Only distances have a meaning; users with the same vector have the same place.</summary>
/// <param name="UserId">The user; of an alias, the person.</param>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Noise">True when the user lies in no dense region and this is only the nearest cluster.</param>
public sealed record MapPoint(string UserId, double X, double Y, int ClusterId, bool Noise);
