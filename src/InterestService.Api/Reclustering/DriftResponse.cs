namespace InterestService.Api.Reclustering;

/// <summary>How far behaviour has gone from what the published clustering has seen.</summary>
/// <param name="UsersMoved">Users of the sample who, by their events of now, are nearest to another cluster than they were.</param>
/// <param name="UsersSampled">Users who were looked at, of those whom the clustering's own run assigned; up to 1000.</param>
/// <param name="UnknownItemEvents">New events on items that the model does not know.</param>
/// <param name="NewEvents">Events on items that have come since.</param>
/// <param name="Threshold">The part above which a clustering starts; null: nothing follows.</param>
/// <param name="Drifted">
/// Whether a part is above the threshold and enough has come to say so: 100 new events, and one for 100 of those that the clustering has
/// seen.
/// </param>
/// <param name="Since">When the clustering's events were loaded.</param>
/// <param name="ClusteringId">The published clustering.</param>
public sealed record DriftResponse(
    int UsersMoved,
    int UsersSampled,
    long UnknownItemEvents,
    long NewEvents,
    double? Threshold,
    bool Drifted,
    DateTime Since,
    Guid ClusteringId);
