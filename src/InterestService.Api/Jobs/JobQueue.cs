using System.Threading.Channels;
using Hangfire;

namespace InterestService.Api.Jobs;

/// <summary>
/// Hands jobs to Hangfire on a thread of its own, in the order in which they arrive: Hangfire's client blocks its thread while it writes, and
/// requests are answered on the threads that read them. Thread-safe.
/// </summary>
/// <remarks>A job that cannot be handed over, or not before the process ends, is found by <see cref="JobSweeper"/>.</remarks>
internal sealed partial class JobQueue(IBackgroundJobClient client, ILogger<JobQueue> logger) : IHostedService
{
    private readonly Channel<(JobKind Kind, Guid Id)> _jobs = Channel.CreateUnbounded<(JobKind Kind, Guid Id)>();

    /// <summary>Adds a job whose row has been committed; returns at once.</summary>
    public void Add(JobKind kind, Guid id) => _jobs.Writer.TryWrite((kind, id));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { IsBackground = true, Name = nameof(JobQueue) }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _jobs.Writer.TryComplete();
        return Task.CompletedTask;
    }

    private void Run()
    {
        foreach (var (kind, id) in _jobs.Reader.ReadAllAsync().ToBlockingEnumerable())
        {
            try
            {
                kind.Enqueue(client, id);
            }
            catch (BackgroundJobClientException exception)
            {
                LogNotQueued(exception, kind.Name, id);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} cannot be handed to a worker now; it is tried again within a minute")]
    private partial void LogNotQueued(Exception exception, string kind, Guid id);
}
