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
