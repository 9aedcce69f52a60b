namespace InterestService.Pipeline.Profiling;

/// <summary>Features of one kind that items have, such as their categories, by name.</summary>
internal sealed class ItemFeatures
{
    private readonly int[] _itemCounts;

    /// <param name="dimension"><c>category</c>, <c>item</c>, <c>term</c> or <c>community</c>.</param>
    /// <param name="namesOfItems">Names of the features of each item.</param>
    /// <param name="minItems">Minimum number of items with a feature that describes a cluster.</param>
    public ItemFeatures(string dimension, IEnumerable<IEnumerable<string>> namesOfItems, int minItems = 1)
    {
        (Dimension, MinItems) = (dimension, minItems);
        var indexes = new Dictionary<string, int>();
        OfItems = [.. namesOfItems.Select(names => names.Distinct().Select(Index).ToArray())];
        Names = [.. indexes.Keys];
        _itemCounts = new int[Names.Length];
        foreach (int[] features in OfItems)
            foreach (int feature in features) _itemCounts[feature]++;

        int Index(string name)
        {
            if (!indexes.TryGetValue(name, out int index)) indexes.Add(name, index = indexes.Count);
            return index;
        }
    }

    public string Dimension { get; }

    public int MinItems { get; }

    /// <summary><c>[features]</c></summary>
    public string[] Names { get; }

    /// <summary>Features of each item, without duplicates; <c>[items]</c>.</summary>
    public int[][] OfItems { get; }

    /// <summary>Returns the number of items with a feature.</summary>
    public int ItemCount(int feature) => _itemCounts[feature];
}
