namespace InterestService.Api.Storage.Entities;

/// <summary>
/// An entry of the item catalogue. Values from <c>PUT /items</c> take precedence; where they are empty, the title and the categories of the
/// latest event that has any stand.
/// </summary>
internal sealed class Item
{
    public required string ItemId { get; init; }

    public string? Title { get; init; }

    /// <summary>Time of the latest event with the title; infinity: from <c>PUT /items</c>; minus infinity: there is none.</summary>
    public DateTime TitleAt { get; init; }

    public string[] Categories { get; init; } = [];

    /// <summary>Time of the latest event with the categories, as <see cref="TitleAt"/>.</summary>
    public DateTime CategoriesAt { get; init; }

    public string[] Tags { get; init; } = [];

    public string? Description { get; init; }

    /// <summary>Arrival of the title and the categories, on the scale of <see cref="Event.Arrival"/>; 0 before arrivals were stored.</summary>
    public long Arrival { get; init; }
}
