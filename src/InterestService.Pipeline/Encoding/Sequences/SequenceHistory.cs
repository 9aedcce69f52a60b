using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// What the sequence encoders read when they encode or score users: the items in the order in which each user came to them,
/// unless <see cref="SequenceOptions.Repeats"/> asks for every event.
/// </summary>
internal static class SequenceHistory
{
    /// <summary>Creates a log of some users alone, numbered in the order given; the vocabularies do not change.</summary>
    /// <param name="log">Every event has an item.</param>
    /// <param name="users">Rows of the log.</param>
    /// <param name="repeats">Keeps all events, not only the first with each item.</param>
    public static EventLog Create(EventLog log, IReadOnlyList<int> users, bool repeats)
    {
        int[] offsets = new int[users.Count + 1];
        var kept = new List<int>();
        var seen = new HashSet<int>();
        for (int row = 0; row < users.Count; row++)
        {
            seen.Clear();
            for (int e = log.UserOffsets[users[row]]; e < log.UserOffsets[users[row] + 1]; e++)
                if (repeats || seen.Add(log.Items[e])) kept.Add(e);
            offsets[row + 1] = kept.Count;
        }

        return log.Pick([.. users.Select(user => log.UserIds[user])], offsets, CollectionsMarshal.AsSpan(kept));
    }
}
