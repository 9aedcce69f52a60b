using InterestService.Api.Storage.Entities;

namespace InterestService.Api.Clusterings.Progress;

/// <summary>The kept events of one clustering, for all who listen to it in this process. Safe for concurrent use.</summary>
internal sealed class ProgressTopic(Guid clustering)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<bool> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ProgressFrame> _frames = []; // in the order of their numbers
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public Guid Clustering { get; } = clustering;

    /// <summary>Number of listeners; the feed counts them under its own lock.</summary>
    public int Listeners { get; set; }

    /// <summary>Whether the clustering exists, once the database has been asked; fails when the database does not answer.</summary>
    public Task<bool> Found => _found.Task;

    /// <summary>Number of the last event; 0 without one.</summary>
    public long Last
    {
        get { lock (_lock) return _frames.Count == 0 ? 0 : _frames[^1].Number; }
    }

    /// <summary>True when no event follows: the clustering is over or deleted.</summary>
    public bool HasEnded
    {
        get { lock (_lock) return _ended; }
    }

    /// <summary>Adds events, in the order of their numbers, and wakes who listens.</summary>
    public void Add(IReadOnlyList<ProgressFrame> frames)
    {
        if (frames.Count > 0)
        {
            lock (_lock)
            {
                _frames.AddRange(frames);
                if (_frames.Count > ProgressEvent.Kept) _frames.RemoveRange(0, _frames.Count - ProgressEvent.Kept);
                _ended = frames[^1].IsLast;
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        _found.TrySetResult(true);
    }

    /// <summary>Ends a topic whose clustering does not exist or is deleted.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            _changed.TrySetResult();
        }

        _found.TrySetResult(false);
    }

    /// <summary>Tells those who wait for <see cref="Found"/> why there is no answer.</summary>
    public void Fail(Exception exception) => _found.TrySetException(exception);

    /// <summary>Returns what a listener has not seen, and a task that completes with the next change.</summary>
    /// <param name="number">Number of the last event that the listener has seen; null for none, which asks for the latest event alone.</param>
    public (IReadOnlyList<ProgressFrame> Frames, bool Ended, Task Changed) After(long? number)
    {
        lock (_lock)
        {
            int first = number is null ? Math.Max(0, _frames.Count - 1) : _frames.FindIndex(frame => frame.Number > number) is >= 0 and var found ? found : _frames.Count;
            return (_frames[first..], _ended, _changed.Task);
        }
    }
}
