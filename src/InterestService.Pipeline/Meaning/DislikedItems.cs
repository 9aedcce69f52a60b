using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>Finds the items that users dislike.</summary>
internal static class DislikedItems
{
    /// <summary>
    /// Keeps either all but the events of users on items that they dislike, or only those by which they say so. A user dislikes an item if
    /// the weights of the user's opinions of it sum to less than 0, or to 0 with the last one against it.
    /// </summary>
    /// <param name="log">The events.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    /// <param name="preferences">Preferences of the log.</param>
    /// <param name="disliked">Whether the disliked items are kept rather than the others.</param>
    public static void Drop(EventLog log, Column<bool> keep, TypeMeanings types, Preferences preferences, bool disliked = false)
    {
        if (!types.AnyAgainst && !disliked) return;
        var table = new UserTable<int, (double Sum, double Last)>();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            var opinions = table.Clear();
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                if (!keep[e] || !preferences.IsOpinion(e)) continue;
                double weight = preferences.Weight(user, e);
                opinions[log.Items[e]] = (opinions.GetValueOrDefault(log.Items[e]).Sum + weight, weight);
            }

            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                var (sum, last) = opinions.GetValueOrDefault(log.Items[e]);
                bool isDisliked = log.Items[e] != EventLog.NoItem && (sum < 0 || (sum == 0 && last < 0));
                keep[e] &= disliked ? isDisliked && preferences.Weight(user, e) < 0 : !isDisliked;
            }
        }
    }
}
