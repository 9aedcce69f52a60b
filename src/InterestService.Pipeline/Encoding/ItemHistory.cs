using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding;

/// <summary>The items of a user, each once, in the order of their first events.</summary>
/// <param name="Items"><c>[items of the user]</c></param>
/// <param name="Weights">The <see cref="InteractionSet.Weights"/> of <paramref name="Items"/>.</param>
internal sealed record ItemHistory(int[] Items, float[] Weights)
{
    /// <summary>Returns the weight of an item by how many items the user came to after it: 1 for the latest, half of it with each half-life.</summary>
    /// <param name="position">Position in the history, from 0.</param>
    /// <param name="count">Number of items of the history.</param>
    /// <param name="halfLife">Number of items after which an earlier one counts half.</param>
    public static double Recency(int position, int count, double halfLife) => Math.Pow(2, (position + 1 - count) / halfLife);

    public static ItemHistory Create(InteractionSet set, int user)
    {
        var columns = set.ColumnsOf(user);
        var weights = set.WeightsOf(user);
        int[] items = new int[columns.Length];
        float[] ordered = new float[columns.Length];
        bool[] seen = new bool[columns.Length];
        int count = 0;
        for (int e = set.Events.UserOffsets[user]; e < set.Events.UserOffsets[user + 1]; e++)
        {
            int at = columns.BinarySearch(set.Events.Items[e]);
            if (seen[at]) continue;
            seen[at] = true;
            (items[count], ordered[count]) = (columns[at], weights[at]);
            count++;
        }

        return new ItemHistory(items, ordered);
    }
}
