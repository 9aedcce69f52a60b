using System.Diagnostics;
using InterestService.Api.Hosting;

namespace InterestService.Api.Streams;

/// <summary>Stores batches and sends their dead letters; what fails is tried again until it succeeds. Thread-safe.</summary>
internal sealed partial class BatchDelivery(
    BatchWriter writer, DeadLetters deadLetters, StreamInstruments instruments, StreamState state, TimeProvider time, ILogger<BatchDelivery> logger)
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    /// <summary>Starts with a batch, which must not change from now on.</summary>
    public Delivery Start(MessageBatch batch) => new(batch, (lastTry, abort) => DeliverAsync(batch, lastTry, abort));

    private async Task DeliverAsync(MessageBatch batch, CancellationToken lastTry, CancellationToken abort)
    {
        using var span = Instrumentation.Begin("store events of Kafka", ActivityKind.Consumer, traceParent: null);
        StoredRows? stored = null;
        await RetryAsync(async () => stored = await writer.StoreAsync(batch.Messages, abort), "Events of Kafka cannot be stored.", lastTry, abort);
        await RetryAsync(() => deadLetters.SendAsync(stored!.Refused, abort), "Dead letters cannot be sent to Kafka.", lastTry, abort);
        instruments.Count(batch.Messages.Count, stored!);
    }

    /// <summary>Whatever the error: dropping the batch would lose events, and its messages remain in Kafka.</summary>
    private async Task RetryAsync(Func<Task> act, string problem, CancellationToken lastTry, CancellationToken abort)
    {
        for (var wait = _shortest; ; wait = wait < _longest / 2 ? wait * 2 : _longest)
        {
            try
            {
                await act();
                state.Report(null);
                return;
            }
            catch (Exception exception) when (!abort.IsCancellationRequested)
            {
                state.Report(problem);
                instruments.CountRetry();
                LogFailed(exception, problem, wait.TotalSeconds);
            }

            await Task.Delay(wait, time, lastTry);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Problem} Next attempt in {Seconds} s; no message is lost")]
    private partial void LogFailed(Exception exception, string problem, double seconds);
}

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
