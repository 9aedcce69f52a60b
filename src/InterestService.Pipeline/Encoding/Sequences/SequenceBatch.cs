using System.Numerics;
using InterestService.Pipeline.Events;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Some windows as one rectangle, padded on the right: the networks look back only, so the padding after a user's last event
/// does not reach the events before it.
/// </summary>
internal sealed class SequenceBatch
{
    /// <summary>Buckets of time: none before, then powers of two of seconds, to 68 years.</summary>
    public const int GapBuckets = 33;

    private readonly long[] _items;
    private readonly long[] _types;
    private readonly long[] _gaps;
    private readonly int _width;

    /// <param name="log">The log of the windows.</param>
    /// <param name="windows">At least one, none empty.</param>
    /// <param name="types">The network's number of each of the log's types.</param>
    public SequenceBatch(EventLog log, IReadOnlyList<SequenceWindow> windows, long[] types)
    {
        Windows = windows;
        _width = windows.Max(window => window.Length);
        (_items, _types, _gaps) = (new long[windows.Count * _width], new long[windows.Count * _width], new long[windows.Count * _width]);
        for (int row = 0; row < windows.Count; row++)
            for (int e = windows[row].Start; e < windows[row].End; e++)
            {
                int cell = Cell(row, e);
                _items[cell] = log.Items[e];
                _types[cell] = types[log.Types[e]];
                _gaps[cell] = e == log.UserOffsets[windows[row].User] ? 0 : GapBucket(log.Times[e] - log.Times[e - 1]);
            }
    }

    public IReadOnlyList<SequenceWindow> Windows { get; }

    /// <summary>
    /// Returns the row of <see cref="States"/> that holds the state after event <paramref name="e"/> of window <paramref name="row"/>.
    /// </summary>
    public int Cell(int row, int e) => row * _width + e - Windows[row].Start;

    /// <summary>Computes the states after each event.</summary>
    /// <param name="network">The network that computes them.</param>
    /// <param name="items">The result of its <see cref="SequenceNetwork.Items"/>.</param>
    /// <returns><c>[windows * width x dimensions]</c>.</returns>
    public Tensor States(SequenceNetwork network, Tensor items)
    {
        return network.States(items, Rectangle(_items), Rectangle(_types), Rectangle(_gaps)).flatten(0, 1);

        Tensor Rectangle(long[] values) => tensor(values, Windows.Count, _width, device: items.device);
    }

    private static int GapBucket(long milliseconds) =>
        Math.Min(1 + BitOperations.Log2((ulong)(1 + milliseconds / 1000)), GapBuckets - 1);
}

/// <summary>A run of one user's events: <c>Start .. End</c> of the log.</summary>
internal readonly record struct SequenceWindow(int User, int Start, int End)
{
    public int Length => End - Start;

    /// <summary>Returns a user's latest events.</summary>
    public static SequenceWindow Latest(EventLog log, int user, int length) =>
        new(user, Math.Max(log.UserOffsets[user], log.UserOffsets[user + 1] - length), log.UserOffsets[user + 1]);

    /// <summary>Returns all of a user's events, cut from the latest backwards: only the earliest window can be shorter.</summary>
    public static IEnumerable<SequenceWindow> All(EventLog log, int user, int length)
    {
        int first = log.UserOffsets[user];
        for (int end = log.UserOffsets[user + 1]; end > first; end -= length)
            yield return new SequenceWindow(user, Math.Max(first, end - length), end);
    }
}
