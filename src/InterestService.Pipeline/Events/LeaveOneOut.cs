using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>
/// Chronological leave-one-out: for some users, the last new item (by its first event) is held out from training with
/// all its events, as the next item that a recommender should predict.
/// </summary>
/// <param name="Training">All users and items, without the held-out events; a log of its own, which the caller owns.</param>
/// <param name="Validation">Held-out items for early stopping.</param>
/// <param name="Test">Held-out items for the evaluation; other users than those of <paramref name="Validation"/>.</param>
public sealed record LeaveOneOut(EventLog Training, HeldOutItems Validation, HeldOutItems Test)
{
    /// <summary>Minimum number of different items of a user with a held-out item.</summary>
    private const int MinItems = 5;

    /// <summary>Share of the eligible users, half for each purpose, and maximum number of users for each: the standard error of their figures is then 1 % or less.</summary>
    private const double Part = .3;
    private const int MaxUsers = 2000;

    /// <summary>Splits a clean log.</summary>
    /// <param name="clean">Every event has an item.</param>
    /// <param name="seed">Seed for the choice of users.</param>
    /// <param name="everyone">
    /// Whether all eligible users that are not in <see cref="Validation"/> are in <see cref="Test"/>, for precise comparisons. Default: a part
    /// of them, so that training loses little.
    /// </param>
    public static LeaveOneOut Split(EventLog clean, int seed, bool everyone = false)
    {
        var random = new Random(seed);
        int[] last = [.. Enumerable.Range(0, clean.UserIds.Length).Select(user => LastNewItem(clean, user))];
        int[] eligible = [.. Enumerable.Range(0, last.Length).Where(user => last[user] != EventLog.NoItem)];
        random.Shuffle(eligible);
        int each = Math.Min((int)(eligible.Length * Part / 2), MaxUsers);
        HeldOutItems validation = Hold(eligible[..each]), test = Hold(eligible[each..(everyone ? eligible.Length : 2 * each)]);

        var held = new Dictionary<int, int>();
        foreach (int user in validation.Users.Concat(test.Users)) held.Add(user, last[user]);
        return new LeaveOneOut(Without(clean, held), validation, test);

        HeldOutItems Hold(int[] users)
        {
            Array.Sort(users);
            return new HeldOutItems(users, [.. users.Select(user => last[user])]);
        }
    }

    private static int LastNewItem(EventLog log, int user)
    {
        var seen = new HashSet<int>();
        int last = EventLog.NoItem;
        for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            if (seen.Add(log.Items[e])) last = log.Items[e];
        return seen.Count >= MinItems ? last : EventLog.NoItem;
    }

    /// <summary>Copies the log without each user's held-out item; the vocabularies do not change.</summary>
    private static EventLog Without(EventLog log, Dictionary<int, int> held)
    {
        int[] offsets = new int[log.UserOffsets.Length];
        using var kept = new Column<int>(log.EventCount);
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            int item = held.GetValueOrDefault(user, EventLog.NoItem), count = offsets[user];
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
                if (log.Items[e] != item) kept[count++] = e;
            offsets[user + 1] = count;
        }

        return log.Pick(log.UserIds, offsets, kept.Span[..offsets[^1]]);
    }
}

/// <summary>One next item of some users, held out from training.</summary>
/// <param name="Users">Rows of the training set.</param>
/// <param name="Items">The held-out item of each.</param>
public sealed record HeldOutItems(int[] Users, int[] Items)
{
    /// <summary>Minimum number of items for a meaningful figure.</summary>
    public const int Enough = 20;

    public int Count => Users.Length;
}
