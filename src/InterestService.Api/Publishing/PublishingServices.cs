using InterestService.Api.Hosting;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InterestService.Api.Publishing;

internal static class PublishingServices
{
    public static void AddPublishing(this IServiceCollection services, Role role)
    {
        services.AddSettings<PublishMargins>(PublishMargins.Subsection);
        services.AddSingleton<PublishedSnapshot>();
        services.AddSingleton<PublishedModel>();
        services.AddHostedService(provider => provider.GetRequiredService<PublishedSnapshot>());
        services.AddHealthChecks().AddCheck<SnapshotCheck>("snapshot");
        if (role == Role.Api) return;
        services.AddSingleton<NewUserAssigner>();
        services.AddHostedService(provider => provider.GetRequiredService<NewUserAssigner>());
    }

    /// <summary>Is healthy once the published clustering is known, and remains so while PostgreSQL is unreachable, since lookups continue.</summary>
    private sealed class SnapshotCheck(PublishedSnapshot published) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(published.IsLoaded
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("It is not known yet what is published: the database has not answered."));
    }
}
