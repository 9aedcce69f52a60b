using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline;

/// <summary>The encoder that suits events, where nobody names one.</summary>
/// <param name="Encoder">One of <see cref="Encoders.Names"/>.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record EncoderChoice(string Encoder, string Reason)
{
    /// <summary>The name by which requests leave the choice to the service.</summary>
    public const string Auto = "auto";

    /// <summary>
    /// Minimum share of the events on items that several users have in common. Below it, what users have in common says little about most of
    /// them, and texts decide.
    /// </summary>
    private const double MinShared = .5;

    /// <summary>Returns the encoder that a request names, or chooses one.</summary>
    /// <param name="name">One of <see cref="Encoders.Names"/>, or <see cref="Auto"/>.</param>
    /// <param name="log">Events before cleaning; only read.</param>
    /// <param name="titles">Whether the catalogue has the title or a category of any item.</param>
    public static EncoderChoice Of(string name, EventLog log, bool titles) => name == Auto ? Choose(log, titles) : new EncoderChoice(name, "The request names it.");

    /// <summary>
    /// Chooses <c>communities</c> where users have items in common, as in shops, courses and networks; <c>text</c> where most events are on
    /// items of one user alone, as posts of a forum, or are searches without an item, provided that there are texts.
    /// </summary>
    private static EncoderChoice Choose(EventLog log, bool titles)
    {
        bool[] common = Common(log);
        long shared = 0, counted = Searches(log);
        foreach (int item in log.Items.Span)
        {
            if (item == EventLog.NoItem) continue;
            counted++;
            if (common[item]) shared++;
        }

        if (counted == 0) return new(CommunityEncoder.Descriptor.Name, "No event is on an item, and nobody searches.");
        string share = FormattableString.Invariant($"{100.0 * shared / counted:F0} % of the events are on items that several users have in common");
        if (shared >= MinShared * counted) return new(CommunityEncoder.Descriptor.Name, $"{share}: communities of items are interests.");
        return titles || log.Searches is not null
            ? new(TextEncoder.Descriptor.Name, $"Only {share}: the texts of items and searches tell interests.")
            : new(CommunityEncoder.Descriptor.Name, $"Only {share}, and there are no texts of items or searches that could tell more.");
    }

    /// <summary>Returns whether an item has more than one user, <c>[items]</c>.</summary>
    private static bool[] Common(EventLog log)
    {
        int[] users = new int[log.ItemIds.Length]; // number of the only user so far, from 1; 0: none
        bool[] common = new bool[log.ItemIds.Length];
        for (int user = 0; user < log.UserIds.Length; user++)
            foreach (int item in log.Items.Span[log.UserOffsets[user]..log.UserOffsets[user + 1]])
            {
                if (item == EventLog.NoItem) continue;
                if (users[item] == 0) users[item] = user + 1;
                else if (users[item] != user + 1) common[item] = true;
            }

        return common;
    }

    /// <summary>Counts searches without an item, the only events without one that say anything.</summary>
    private static long Searches(EventLog log) =>
        log.Searches is { } searches ? searches.Events.Count(e => log.Items[e] == EventLog.NoItem) : 0;
}
