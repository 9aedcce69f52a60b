using Hangfire;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Storage;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>The job by which a worker helps the one that runs a clustering with its shards. Whatever becomes of it, that worker does what is left.</summary>
internal sealed partial class ShardJob(ShardQueue queue, IOptions<InterestServiceOptions> options, ILogger<ShardJob> logger)
{
    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(Guid shard, CancellationToken shutdown)
    {
        try
        {
            await BackgroundThreads.RunAsync(options.Value.JobPriority, () => queue.HelpAsync(shard, shutdown));
        }
        catch (Exception exception) when (exception is LeaseLostException || exception.IsDatabaseAway())
        {
            LogLeft(exception, shard);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The shard {Shard} is left to another worker")]
    private partial void LogLeft(Exception exception, Guid shard);
}
