using Hangfire;
using InterestService.Api.Hosting;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Reclustering;

/// <summary>Sets up Hangfire's recurring jobs from the configuration. Where workers differ, the last one to start prevails.</summary>
internal sealed class ReclusteringSchedule(IRecurringJobManager recurring, IOptions<ReclusteringOptions> options) : IHostedService
{
    public const string Scheduled = "reclustering";
    private const string OnDrift = "drift";

    private const string EveryTenMinutes = "*/10 * * * *";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var reclustering = options.Value;
        if (reclustering.DriftThreshold is null) recurring.RemoveIfExists(OnDrift);
        else recurring.AddOrUpdate<ReclusteringJob>(OnDrift, job => job.RunOnDriftAsync(CancellationToken.None), EveryTenMinutes);
        if (reclustering.Cron is null) recurring.RemoveIfExists(Scheduled);
        else AddScheduled(reclustering.Cron);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void AddScheduled(string cron)
    {
        try
        {
            var utc = new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc };
            recurring.AddOrUpdate<ReclusteringJob>(Scheduled, job => job.RunByScheduleAsync(CancellationToken.None), cron, utc);
        }
        catch (ArgumentException exception)
        {
            string reason = exception.InnerException?.Message ?? exception.Message;
            throw new StartupException($"InterestService__Reclustering__Cron is not a valid cron expression: {reason}");
        }
    }
}

internal static class ReclusteringServices
{
    public static void AddReclustering(this IServiceCollection services, Role role)
    {
        services.AddSettings<ReclusteringOptions>(
            ReclusteringOptions.Subsection, options => options.Validate().Select(error => $"InterestService:{ReclusteringOptions.Subsection}:{error}"));
        services.AddOptions<ReclusteringOptions>().Configure<IConfiguration>((options, configuration) => options.BindRegisteredOptions(configuration));
        services.AddSingleton<DriftMeter>();
        if (role != Role.Api) services.AddHostedService<ReclusteringSchedule>();
    }
}
