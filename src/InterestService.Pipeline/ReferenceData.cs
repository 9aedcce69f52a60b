using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Lineage;

namespace InterestService.Pipeline;

/// <summary>Data about items and users in addition to the events; it may cover items and users without events.</summary>
/// <param name="Items">The catalogue, by item id. An item without an entry has neither title nor categories.</param>
/// <param name="Groups">Known groups, by user id, for the evaluation alone. A user without an entry has none.</param>
public sealed record ReferenceData(IReadOnlyDictionary<string, ItemDescription> Items, IReadOnlyDictionary<string, string> Groups)
{
    private static readonly ItemDescription _unknown = new(null, []);

    public static ReferenceData Empty { get; } = new(new Dictionary<string, ItemDescription>(), new Dictionary<string, string>());

    /// <summary>
    /// Vectors and clusters of the clean events' users, in their order, in an earlier clustering of the same kind; null when there is none.
    /// </summary>
    public PreviousUsers? Previous { get; init; }

    /// <summary>Map of an earlier clustering, of any kind, for the clean events' users, in their order; null when there is none.</summary>
    public PreviousMap? PreviousMap { get; init; }

    /// <summary>Returns what is known of each item; the spellings of a category are united.</summary>
    public IReadOnlyList<ItemDescription> Describe(IReadOnlyList<string> itemIds) =>
        CategoryNames.Unite([.. itemIds.Select(id => Items.GetValueOrDefault(id, _unknown))]);

    internal IReadOnlyList<string?> GroupsOf(string[] userIds) => [.. userIds.Select(id => Groups.GetValueOrDefault(id))];
}
