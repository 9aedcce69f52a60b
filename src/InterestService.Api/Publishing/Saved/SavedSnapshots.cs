using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Publishing.Saved;

/// <summary>Lookups of a process that starts while PostgreSQL is away.</summary>
internal static partial class SavedSnapshots
{
    public static void AddSavedSnapshots(this IServiceCollection services, Role role)
    {
        if (role != Role.Worker) services.AddHostedService<SnapshotSaver>();
    }

    /// <summary>Makes lookups answer from the snapshot that the last process has saved; called before the start, when PostgreSQL is away.</summary>
    /// <returns>False when there is none that can be used.</returns>
    public static bool TryRestoreLookups(this IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<InterestServiceOptions>>().Value;
        if (SnapshotSaver.PathOf(services.GetRequiredService<Database>(), options) is not { } path) return false;
        try
        {
            if (SnapshotFile.Read(path) is not { } snapshot) return false;
            services.GetRequiredService<PublishedSnapshot>().Restore(snapshot);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRead(services.GetRequiredService<ILogger<SnapshotSaver>>(), exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The saved clustering cannot be read")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
