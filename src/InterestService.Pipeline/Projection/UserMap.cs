using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>Users in a plane, where near ones have similar vectors.</summary>
/// <param name="Rows">Rows of the users that are shown, ascending, <c>[shown]</c>.</param>
/// <param name="Points">Their places, <c>[shown x 2]</c>; only distances have a meaning. Users with the same vector have the same place.</param>
/// <param name="Summary">How it was made and what it is worth.</param>
public sealed record UserMap(int[] Rows, Matrix Points, MapSummary Summary);

/// <summary>How a map was made and what it is worth.</summary>
public sealed record MapSummary
{
    /// <summary>The only method until now: uniform manifold approximation and projection.</summary>
    public const string Umap = "umap";

    /// <summary><c>umap</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Seed of the sample and of the optimisation.</summary>
    public required int Seed { get; init; }

    /// <summary>Users of the clustering.</summary>
    public required int Users { get; init; }

    /// <summary>Users that are shown: all, or a sample in which every cluster has its share.</summary>
    public required int Sampled { get; init; }

    /// <summary>How far neighbours on the map are neighbours in truth, .5 (by chance) to 1; null: not defined, <see cref="Notes"/> gives the reason.</summary>
    public double? Trustworthiness { get; init; }

    /// <summary>How far true neighbours are neighbours on the map, .5 (by chance) to 1; null: not defined, <see cref="Notes"/> gives the reason.</summary>
    public double? Continuity { get; init; }

    /// <summary>
    /// Mean way from the place on the map of the clustering that was published before, as a fraction of the longer side of the map, of the
    /// users whose cluster persists; null without such users.
    /// </summary>
    public double? MeanDisplacement { get; init; }

    /// <summary>By name of a figure: why it is null, or the sample that it is a mean of.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>Describes the map with the users who have come later, see <see cref="MapExtension"/>.</summary>
    /// <param name="users">Number of all users.</param>
    /// <param name="shown">Number of the users who are shown now, at least as many as before.</param>
    public MapSummary Extend(int users, int shown)
    {
        if (shown <= Sampled) return this with { Users = users };
        var notes = new SortedDictionary<string, string>(Notes.ToDictionary(), StringComparer.Ordinal)
        {
            ["sampled"] = $"The map was drawn for {Sampled} users; {shown - Sampled} others are placed between their nearest neighbours among these.",
        };
        return this with { Users = users, Sampled = shown, Notes = notes };
    }
}
