namespace InterestService.Pipeline.Events;

/// <summary>Histories of users in random order, by which an encoder shows how much of its ranking is due to the order.</summary>
internal static class ShuffledHistories
{
    /// <summary>Copies the histories of some users with their events in random order at the same times; the weights of items do not change.</summary>
    /// <param name="set">The histories in their order.</param>
    /// <param name="users">Rows of the set, each once.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <returns>A set of these users, in the order of <paramref name="users"/>, over the same items; disposed by the caller.</returns>
    public static InteractionSet Create(InteractionSet set, int[] users, int seed)
    {
        var log = set.Events;
        var random = new Random(seed);
        var (offsets, rowOffsets) = (new int[users.Length + 1], new int[users.Length + 1]);
        var (events, entries) = (new List<int>(), new List<int>());
        for (int row = 0; row < users.Length; row++)
        {
            int user = users[row];
            int[] history = [.. Enumerable.Range(log.UserOffsets[user], log.UserOffsets[user + 1] - log.UserOffsets[user])];
            random.Shuffle(history);
            events.AddRange(history);
            entries.AddRange(Enumerable.Range(set.RowOffsets[user], set.RowOffsets[user + 1] - set.RowOffsets[user]));
            (offsets[row + 1], rowOffsets[row + 1]) = (events.Count, entries.Count);
        }

        var shuffled = log.Pick(Array.ConvertAll(users, user => log.UserIds[user]), offsets, [.. events]) with { Searches = null };
        for (int row = 0; row < users.Length; row++) shuffled.Times.Span[offsets[row]..offsets[row + 1]].Sort();
        return new InteractionSet(shuffled, rowOffsets, EventLog.Pick(set.Columns, [.. entries]), EventLog.Pick(set.Weights, [.. entries]));
    }
}
