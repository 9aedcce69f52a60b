using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>A run of one user's events: <c>Start .. End</c> of the log.</summary>
internal readonly record struct SequenceWindow(int User, int Start, int End)
{
    public int Length => End - Start;

    /// <summary>A user's latest events.</summary>
    public static SequenceWindow Latest(EventLog log, int user, int length) =>
        new(user, Math.Max(log.UserOffsets[user], log.UserOffsets[user + 1] - length), log.UserOffsets[user + 1]);

    /// <summary>All of a user's events, cut from the latest backwards: only the earliest window can be shorter.</summary>
    public static IEnumerable<SequenceWindow> All(EventLog log, int user, int length)
    {
        int first = log.UserOffsets[user];
        for (int end = log.UserOffsets[user + 1]; end > first; end -= length)
            yield return new SequenceWindow(user, Math.Max(first, end - length), end);
    }
}
