namespace InterestService.Api.Storage.Entities;

/// <summary>
/// An entry of the item catalogue. What <c>PUT /items</c> says stands; titles and categories that come with events fill
/// only what is still empty.
/// </summary>
internal sealed class Item
{
    public required string ItemId { get; init; }

    public string? Title { get; init; }

    public string[] Categories { get; init; } = [];

    public string[] Tags { get; init; } = [];

    public string? Description { get; init; }
}
