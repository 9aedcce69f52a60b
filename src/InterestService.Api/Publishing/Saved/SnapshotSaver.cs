using System.IO.Hashing;
using System.Text;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Publishing.Saved;

/// <summary>Writes the snapshot into the data folder whenever it has changed, so that an erased user is gone from there soon too.</summary>
internal sealed partial class SnapshotSaver(
    PublishedSnapshot published, Database database, IOptions<InterestServiceOptions> options, TimeProvider time, ILogger<SnapshotSaver> logger)
    : PeriodicService(_interval, time, logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private Snapshot? _saved;
    private bool _failed;

    /// <summary>Returns the path of the file of a database; null when lookups are not saved, as with the embedded server, which starts with the process.</summary>
    public static string? PathOf(Database database, InterestServiceOptions options)
    {
        if (!options.SaveLookups || database.Embedded is not null) return null;
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        ulong name = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{server.Host}:{server.Port}/{server.Database}{(options.Part is { } part ? $" {part}" : "")}"));
        return Path.Combine(options.DataDirectory, $"lookups-{name:x16}.bin");
    }

    protected override Task RunOnceAsync(CancellationToken cancellation)
    {
        if (published.Current is not { } snapshot || snapshot == _saved || published.IsRestored || PathOf(database, options.Value) is not { } path) return Task.CompletedTask;
        try
        {
            Directory.CreateDirectory(options.Value.DataDirectory);
            SnapshotFile.Write(snapshot, path);
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
