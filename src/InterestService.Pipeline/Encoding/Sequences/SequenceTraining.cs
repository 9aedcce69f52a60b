using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// What the sequence encoders learn: after every event of a user, the next one. A repeated item is a target too: items that users
/// come back to together belong together, even where only new items are recommended.
/// </summary>
internal sealed class SequenceTraining
{
    private readonly EventLog _log;
    private readonly int _length;
    private readonly SequenceWindow[] _windows;

    /// <param name="log">Every event has an item.</param>
    /// <param name="length">Maximum number of events of a window.</param>
    public SequenceTraining(EventLog log, int length)
    {
        _log = log;
        _length = length;
        _windows = [.. Enumerable.Range(0, log.UserIds.Length)
            .SelectMany(user => SequenceWindow.All(_log, user, _length))
            .Where(window => TargetsOf(window).Any())];
    }

    /// <summary>Returns all windows once, those of similar length together, with about the same number of positions in each batch.</summary>
    /// <param name="positions">Maximum number of positions of a batch of more than one window.</param>
    /// <param name="random">Draws the order.</param>
    public IEnumerable<IReadOnlyList<SequenceWindow>> Batches(int positions, Random random)
    {
        random.Shuffle(_windows);
        var batches = new List<List<SequenceWindow>>();
        foreach (var window in _windows.OrderBy(window => window.Length))
        {
            if (batches.Count == 0 || (batches[^1].Count + 1) * window.Length > positions) batches.Add([]);
            batches[^1].Add(window);
        }

        var order = batches.ToArray();
        random.Shuffle(order);
        return order;
    }

    /// <summary>Returns the states of a batch that have a target, and the targets.</summary>
    public (long[] Cells, List<(int, int, float)> Items) Targets(SequenceBatch batch)
    {
        var cells = new List<long>();
        var targets = new List<(int, int, float)>();
        for (int row = 0; row < batch.Windows.Count; row++)
        {
            var window = batch.Windows[row];
            foreach (int next in TargetsOf(window))
            {
                targets.Add((cells.Count, _log.Items[next], 1));
                cells.Add(batch.Cell(row, next - 1));
            }
        }

        return ([.. cells], targets);
    }

    /// <summary>Returns the events to be predicted after one of the window: the first event after the window is among them.</summary>
    private IEnumerable<int> TargetsOf(SequenceWindow window)
    {
        int last = Math.Min(window.End, _log.UserOffsets[window.User + 1] - 1);
        return Enumerable.Range(window.Start + 1, last - window.Start);
    }
}
