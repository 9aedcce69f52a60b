using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>Searches as if each different query were one more item, behind the real ones: what a user looked for speaks as what was found.</summary>
internal static class SearchedItems
{
    /// <param name="set">With or without searches.</param>
    /// <param name="queries">The number of each query among the pseudo-items, by its text.</param>
    /// <returns>The set over <c>items + queries</c>; queries that are not among <paramref name="queries"/> are left out.</returns>
    public static InteractionSet Append(InteractionSet set, Dictionary<string, int> queries)
    {
        if (queries.Count == 0) return set;
        int[] offsets = new int[set.UserCount + 1];
        var columns = new List<int>(set.Columns.Length);
        var weights = new List<float>(set.Weights.Length);
        for (int user = 0; user < set.UserCount; user++)
        {
            columns.AddRange(set.ColumnsOf(user));
            weights.AddRange(set.WeightsOf(user));
            foreach (var (query, weight) in Searches(set, user).Where(search => search.Query >= 0).OrderBy(search => search.Query))
            {
                columns.Add(set.ItemCount + query);
                weights.Add(weight);
            }

            offsets[user + 1] = columns.Count;
        }

        string[] items = new string[set.ItemCount + queries.Count];
        set.Events.ItemIds.CopyTo(items, 0);
        foreach (var (text, query) in queries) items[set.ItemCount + query] = text;
        return new InteractionSet(set.Events with { ItemIds = items }, offsets, [.. columns], [.. weights]);

        IEnumerable<(int Query, float Weight)> Searches(InteractionSet of, int user)
        {
            if (of.Searches is not { } searches) yield break;
            for (int s = searches.RowOffsets[user]; s < searches.RowOffsets[user + 1]; s++)
                yield return (queries.GetValueOrDefault(searches.Texts[searches.Columns[s]], -1), searches.Weights[s]);
        }
    }
}
