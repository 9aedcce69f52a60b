namespace InterestService.Api.Storage.Entities;

/// <summary>
/// An entry of the item catalogue. Values from <c>PUT /items</c> take precedence; titles and categories that arrive with events fill only
/// empty values.
/// </summary>
internal sealed class Item
{
    public required string ItemId { get; init; }

    public string? Title { get; init; }

    public string[] Categories { get; init; } = [];

    public string[] Tags { get; init; } = [];

    public string? Description { get; init; }

    /// <summary>Arrival of the title and the categories, on the scale of <see cref="Event.Arrival"/>; 0 before arrivals were stored.</summary>
    public long Arrival { get; init; }
}
