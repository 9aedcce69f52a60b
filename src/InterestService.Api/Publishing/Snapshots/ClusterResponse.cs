using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>A cluster of the published clustering.</summary>
/// <param name="Id">Of the cluster.</param>
/// <param name="Label">The analyst's name, which stays with the id through every clustering, or, without one, the generated label.</param>
/// <param name="GeneratedLabel">Made of what sets the users apart; no two clusters share one.</param>
/// <param name="Note">The analyst's note, which stays like the name; null without one.</param>
/// <param name="Users">
/// Number of people in it now, as many as <c>GET /clusters/{id}/users</c> lists: those who came later among them, joined ids once, and neither
/// erased users nor those who opted out.
/// </param>
/// <param name="Share">Part of the people in all clusters now, 0 to 1.</param>
/// <param name="Cohesion">Mean cosine of its users with its centroid, -1 to 1.</param>
/// <param name="Persistence">Persistence of the cluster as the density rises, 0 to 1; null for other algorithms than HDBSCAN.</param>
/// <param name="TopCategories">The most telling first.</param>
/// <param name="TopItems">The most telling first.</param>
/// <param name="TopTerms">The most telling first.</param>
/// <param name="TopCommunities">Communities of items, the most telling first; none for an encoder that does not group items.</param>
/// <param name="Medoids">Users closest to the centroid.</param>
/// <param name="Trend">How it changed against the clustering that was published before.</param>
public sealed record ClusterResponse(
    int Id,
    string Label,
    string GeneratedLabel,
    string? Note,
    int Users,
    double Share,
    double Cohesion,
    double? Persistence,
    IReadOnlyList<InterestShare> TopCategories,
    IReadOnlyList<ItemShare> TopItems,
    IReadOnlyList<InterestShare> TopTerms,
    IReadOnlyList<CommunityShare> TopCommunities,
    IReadOnlyList<string> Medoids,
    ClusterTrend Trend)
{
    internal ClusterResponse With(ClusterName? name) => this with { Label = name?.Label ?? GeneratedLabel, Note = name?.Note };
}
