using InterestService.Api.Hosting;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Publishing.Saved;

/// <summary>Writes the snapshot into the data folder whenever it has changed, so that an erased user is gone from there soon too.</summary>
internal sealed partial class SnapshotSaver(
    PublishedSnapshot published, IOptions<InterestServiceOptions> options, TimeProvider time, ILogger<SnapshotSaver> logger)
    : PeriodicService(_interval, time, logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private Snapshot? _saved;
    private bool _failed;

    /// <summary>The file of a data folder.</summary>
    public static string PathIn(InterestServiceOptions options) => Path.Combine(options.DataDirectory, "snapshot.bin");

    protected override Task RunOnceAsync(CancellationToken cancellation)
    {
        if (published.Current is not { } snapshot || snapshot == _saved || published.IsRestored) return Task.CompletedTask;
        try
        {
            Directory.CreateDirectory(options.Value.DataDirectory);
            SnapshotFile.Write(snapshot, PathIn(options.Value));
            (_saved, _failed) = (snapshot, false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_failed) LogFailed(exception, options.Value.DataDirectory); // once, and not every few seconds
            _failed = true;
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "The published clustering cannot be saved in {Folder}: a process that starts while PostgreSQL is away will not answer lookups")]
    private partial void LogFailed(Exception exception, string folder);
}
