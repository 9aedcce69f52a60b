using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>Treats each different query as one more item, after the real ones: a search is as informative as an interaction.</summary>
internal static class SearchedItems
{
    /// <summary>Returns the interactions and searches of some users with their weights: <c>[users x (items + queries)]</c>.</summary>
    /// <param name="set">With or without searches.</param>
    /// <param name="users">Rows of the set.</param>
    /// <param name="queries">Numbers of the queries; others are excluded.</param>
    public static SparseRows Create(InteractionSet set, int[] users, QueryNumbers queries)
    {
        if (queries.Count == 0) return set.ToSparseRows(users);
        int[] offsets = new int[users.Length + 1];
        var columns = new List<int>();
        var weights = new List<float>();
        for (int row = 0; row < users.Length; row++)
        {
            columns.AddRange(set.ColumnsOf(users[row]));
            weights.AddRange(set.WeightsOf(users[row]));
            foreach (var (query, weight) in Searches(set.Searches, users[row]).OrderBy(search => search.Query))
            {
                columns.Add(set.ItemCount + query);
                weights.Add(weight);
            }

            offsets[row + 1] = columns.Count;
        }

        return new SparseRows(set.ItemCount + queries.Count, offsets, [.. columns], [.. weights]);

        IEnumerable<(int Query, float Weight)> Searches(WeightedSearches? searches, int user)
        {
            if (searches is null) yield break;
            for (int s = searches.RowOffsets[user]; s < searches.RowOffsets[user + 1]; s++)
                if (queries.TryFind(searches.Texts[searches.Columns[s]], out int query)) yield return (query, searches.Weights[s]);
        }
    }
}
