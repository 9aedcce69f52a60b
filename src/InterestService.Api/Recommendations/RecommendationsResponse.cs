namespace InterestService.Api.Recommendations;

/// <summary>What an item is recommended by.</summary>
public enum RecommendationSource
{
    /// <summary>The encoder: it follows from what the user did, more than from what anyone did.</summary>
    Encoder,

    /// <summary>Popular in the user's clusters.</summary>
    Cluster,

    /// <summary>Everyone: nothing of the user's own speaks for it more than chance.</summary>
    Popular,
}

/// <summary>An item for a user.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Its title, where it is known.</param>
/// <param name="Score">0 to 1, to be compared within one answer.</param>
/// <param name="Source">What it is recommended by.</param>
/// <param name="Because">Why, in words for the user.</param>
/// <param name="BecauseItemId">The user's own item that speaks most for it; null: none does, or a search.</param>
public sealed record RecommendedItem(
    string ItemId, string? Title, double Score, RecommendationSource Source, string Because, string? BecauseItemId);

/// <summary>Items for a user.</summary>
/// <param name="RecommendationId">
/// Send it back as <c>recommendationId</c> of the events that follow: an <c>impression</c> for each item that was shown, a <c>click</c>,
/// a <c>purchase</c>.
/// </param>
/// <param name="IsControl">True: the user is in the control group, which gets popular items only.</param>
/// <param name="Items">The best first.</param>
public sealed record RecommendationsResponse(string RecommendationId, bool IsControl, IReadOnlyList<RecommendedItem> Items);
