using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Profiling;

/// <summary>What is known of the items, as features. What users search for counts as the title of one more item.</summary>
internal sealed class CatalogueFeatures
{
    private readonly Dictionary<string, string?> _titles;

    /// <param name="itemIds">External ids, <c>[items]</c>.</param>
    /// <param name="catalogue">What is known of each item, <c>[items]</c>.</param>
    /// <param name="queries">What users search for.</param>
    public CatalogueFeatures(IReadOnlyList<string> itemIds, IReadOnlyList<ItemDescription> catalogue, IReadOnlyList<string> queries)
    {
        Queries = queries.Count;
        IEnumerable<string>[] none = [.. queries.Select(_ => Array.Empty<string>())]; // a query has terms only
        Categories = new ItemFeatures("category", [.. catalogue.Select(item => item.Categories), .. none]);
        Items = new ItemFeatures("item", [.. itemIds.Select(id => new[] { id }), .. none]);
        // A word of a single item does not describe a cluster.
        Terms = new ItemFeatures(
            "term", [.. catalogue.Select(item => item.Title is null ? [] : Language.Terms.Extract(item.Title)), .. queries.Select(Language.Terms.Extract)],
            minItems: 2);
        _titles = itemIds.Zip(catalogue).ToDictionary(pair => pair.First, pair => pair.Second.Title);
    }

    /// <summary>Number of different queries, which follow the items.</summary>
    public int Queries { get; }

    public ItemFeatures Categories { get; }

    public ItemFeatures Items { get; }

    public ItemFeatures Terms { get; }

    /// <summary>Tells which words are forms of one.</summary>
    public WordForms Forms { get; } = new();

    /// <summary>Returns the title of an item; null when the catalogue has none.</summary>
    public string? TitleOf(string itemId) => _titles[itemId];
}
