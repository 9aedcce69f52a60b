using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// What the sequence encoders learn: after an event, the next one, if it is the user's first with its item.
/// </summary>
internal sealed class SequenceTraining
{
    private readonly EventLog _log;
    private readonly int _length;
    private readonly SequenceWindow[] _windows;
    private readonly bool[] _target;

    public SequenceTraining(InteractionSet set, EncodingOptions options)
    {
        _log = set.Events;
        _length = options.SequenceLength;
        _target = new bool[_log.EventCount];
        var seen = new HashSet<int>();
        for (int user = 0; user < set.UserCount; user++)
        {
            seen.Clear();
            for (int e = _log.UserOffsets[user]; e < _log.UserOffsets[user + 1]; e++)
                _target[e] = seen.Add(_log.Items[e]) && e > _log.UserOffsets[user];
        }

        _windows = [.. Enumerable.Range(0, set.UserCount)
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
        for (int e = window.Start + 1; e <= last; e++)
            if (_target[e]) yield return e;
    }
}
