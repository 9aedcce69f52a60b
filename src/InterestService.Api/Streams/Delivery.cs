namespace InterestService.Api.Streams;

/// <summary>A batch that is being delivered.</summary>
internal sealed class Delivery : IDisposable
{
    /// <summary>Time that an aborted attempt gets to end; one that waits for a server which does not answer cannot be ended.</summary>
    private static readonly TimeSpan _abortion = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _lastTry = new(), _abort = new();
    private readonly Task _work;

    /// <param name="batch">The batch.</param>
    /// <param name="deliver">Delivers it; the first token ends the waiting for another attempt, the second one ends the attempt.</param>
    public Delivery(MessageBatch batch, Func<CancellationToken, CancellationToken, Task> deliver)
    {
        Batch = batch;
        _work = Task.Run(() => deliver(_lastTry.Token, _abort.Token));
    }

    public MessageBatch Batch { get; }

    /// <summary>Whether the delivery is over, in whatever way.</summary>
    public bool IsOver => _work.IsCompleted;

    /// <summary>Whether all rows are committed and all dead letters acknowledged.</summary>
    public bool HasSucceeded => _work.IsCompletedSuccessfully;

    /// <summary>Waits until it is over.</summary>
    /// <returns>False if it is not by then.</returns>
    public bool Wait(TimeSpan limit) => ((IAsyncResult)_work).AsyncWaitHandle.WaitOne(limit);

    /// <summary>Lets the attempt end that is being made, but makes no other one.</summary>
    /// <param name="limit">Time after which the attempt is aborted.</param>
    public void End(TimeSpan limit)
    {
        _lastTry.Cancel();
        if (Wait(limit)) return;
        _abort.Cancel();
        Wait(_abortion);
    }

    /// <summary>The work may go on if it cannot be ended; what it does then is what others do again.</summary>
    public void Dispose() => _work.ContinueWith(
        _ =>
        {
            _lastTry.Dispose();
            _abort.Dispose();
        },
        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
