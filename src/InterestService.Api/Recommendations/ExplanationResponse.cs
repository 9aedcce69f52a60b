namespace InterestService.Api.Recommendations;

/// <summary>Why a user is in a cluster.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClusterId">The user's cluster, as <c>GET /users/{id}/cluster</c> has it.</param>
/// <param name="Label">Its label.</param>
/// <param name="Probability">Of this cluster by the user's events up to the last committed one, 0 to 1.</param>
/// <param name="ClusteringId">The published clustering.</param>
/// <param name="Items">What speaks for the cluster, the largest share first, then what speaks against it; the shares sum to 1.</param>
/// <param name="Categories">The largest share first.</param>
/// <param name="OtherItems">Items of the user that were not examined: all but the hundred with the largest weight.</param>
public sealed record ExplanationResponse(
    string UserId, int ClusterId, string Label, double Probability, Guid ClusteringId,
    IReadOnlyList<ExplainingItem> Items, IReadOnlyList<ExplainingCategory> Categories, int OtherItems);

/// <summary>What the events on one item say of the cluster.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Its title, where it is known.</param>
/// <param name="Share">
/// Its part of all that speaks for the cluster, 0 to 1. An item that speaks against it has 0. Where no item speaks for it,
/// the shares are those of the items' weights.
/// </param>
/// <param name="Evidence">
/// What these events add to the logarithm of the cluster's odds, the mean of two cases: beside all other events and alone; below 0: they speak
/// against the cluster.
/// </param>
/// <param name="ProbabilityWithout">Of the cluster without these events.</param>
/// <param name="EventCount">Events on the item.</param>
/// <param name="Events">The latest ten of them, the latest first.</param>
public sealed record ExplainingItem(
    string ItemId, string? Title, double Share, double Evidence, double ProbabilityWithout, int EventCount, IReadOnlyList<ExplainingEvent> Events);

/// <summary>An event of the user.</summary>
/// <param name="EventType">Its type.</param>
/// <param name="Timestamp">Its time.</param>
public sealed record ExplainingEvent(string EventType, DateTime Timestamp);

/// <summary>What the events on a category's items say of the cluster.</summary>
/// <param name="Name">The category.</param>
/// <param name="Share">The sum of its items' shares. An item counts for each of its categories, so that these may sum to more than 1.</param>
public sealed record ExplainingCategory(string Name, double Share);
