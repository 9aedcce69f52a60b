using Hangfire;
using InterestService.Api.Hosting;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Reclustering;

/// <summary>
/// Sets up Hangfire's recurring jobs from the configuration, as soon as the database is there. Where workers differ, the last one to start
/// prevails.
/// </summary>
internal sealed partial class ReclusteringSchedule(
    IRecurringJobManager recurring, IOptions<ReclusteringOptions> options, TimeProvider time, ILogger<ReclusteringSchedule> logger) : BackgroundService
{
    public const string Scheduled = "reclustering";
    private const string OnDrift = "drift";

    private const string EveryTenMinutes = "*/10 * * * *";

    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(5);
    private static readonly RecurringJobOptions _utc = new() { TimeZone = TimeZoneInfo.Utc };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                SetUp();
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception, _retry);
            }

            await Task.Delay(_retry, time, stoppingToken);
        }
    }

    private void SetUp()
    {
        var reclustering = options.Value;
        if (reclustering.DriftThreshold is null) recurring.RemoveIfExists(OnDrift);
        else recurring.AddOrUpdate<ReclusteringJob>(OnDrift, job => job.RunOnDriftAsync(CancellationToken.None), EveryTenMinutes);
        if (reclustering.Cron is null) recurring.RemoveIfExists(Scheduled);
        else recurring.AddOrUpdate<ReclusteringJob>(Scheduled, job => job.RunByScheduleAsync(CancellationToken.None), reclustering.Cron, _utc);
    }

    [LoggerMessage(LogLevel.Warning, "The schedule of reclusterings cannot be stored; next attempt in {Interval}")]
    private partial void LogFailed(Exception exception, TimeSpan interval);
}

internal static class ReclusteringServices
{
    public static void AddReclustering(this IServiceCollection services, Role role)
    {
        services.AddSettings<ReclusteringOptions>(
            ReclusteringOptions.Subsection, options => options.Validate().Select(error => $"InterestService__{ReclusteringOptions.Subsection}__{error}"));
        services.AddOptions<ReclusteringOptions>().Configure<IConfiguration>((options, configuration) => options.BindRegisteredOptions(configuration));
        services.AddSingleton<DriftInstruments>();
        services.AddSingleton<DriftMeter>();
        if (role != Role.Api) services.AddHostedService<ReclusteringSchedule>();
    }
}
