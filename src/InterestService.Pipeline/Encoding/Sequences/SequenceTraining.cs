using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// What the sequence encoders learn: after every event of a user, the next one. A repeated item is a target too: what people
/// come back to together says what belongs together, even where only new items are recommended.
/// </summary>
internal sealed class SequenceTraining
{
    private readonly EventLog _log;
    private readonly int _length;
    private readonly SequenceWindow[] _windows;

    /// <param name="log">Every event has an item.</param>
    /// <param name="length">Most events of a window.</param>
    public SequenceTraining(EventLog log, int length)
    {
        _log = log;
        _length = length;
        _windows = [.. Enumerable.Range(0, log.UserIds.Length)
            .SelectMany(user => SequenceWindow.All(_log, user, _length))
            .Where(window => TargetsOf(window).Any())];
    }

    /// <summary>All windows once, those of about the same length together, in as many positions a step.</summary>
    public IEnumerable<IReadOnlyList<SequenceWindow>> Batches(int batchSize, Random random)
    {
        random.Shuffle(_windows);
        var batches = new List<List<SequenceWindow>>();
        foreach (var window in _windows.OrderBy(window => window.Length))
        {
            if (batches.Count == 0 || (batches[^1].Count + 1) * window.Length > batchSize * _length) batches.Add([]);
            batches[^1].Add(window);
        }

        var order = batches.ToArray();
        random.Shuffle(order);
        return order;
    }

    /// <summary>Which states of a batch have a target, and the target.</summary>
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

    /// <summary>The events to be named after one of the window's: the first event after the window is among them.</summary>
    private IEnumerable<int> TargetsOf(SequenceWindow window)
    {
        int last = Math.Min(window.End, _log.UserOffsets[window.User + 1] - 1);
        return Enumerable.Range(window.Start + 1, last - window.Start);
    }
}
