using Microsoft.Extensions.Options;

namespace InterestService.Api.Streams;

/// <summary>Keeps a member in the consumer group from the start of the host to its end.</summary>
internal sealed partial class EventStream(
    IOptions<KafkaOptions> options, BatchDelivery delivery, StreamState state, KafkaLog log, TimeProvider time, ILogger<EventStream> logger) : BackgroundService
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(5);

    // librdkafka blocks the thread that polls.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var member = new GroupMember(options.Value, delivery, state, log, time, logger);
                member.Run(stopping);
            }
            catch (Exception exception)
            {
                state.Report("Kafka cannot be read.");
                LogFailed(exception, _retry.TotalSeconds);
                stopping.WaitHandle.WaitOne(_retry);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Reading events from Kafka has failed; next attempt in {Seconds} s")]
    private partial void LogFailed(Exception exception, double seconds);
}
