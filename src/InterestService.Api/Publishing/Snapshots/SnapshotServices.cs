using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InterestService.Api.Publishing.Snapshots;

internal static class SnapshotServices
{
    /// <summary>Adds the published clustering in memory. It is a hosted service: what is added later starts after it begins to load.</summary>
    public static void AddSnapshots(this IServiceCollection services)
    {
        services.AddSingleton<PublishedSnapshot>();
        services.AddHostedService(provider => provider.GetRequiredService<PublishedSnapshot>());
        services.AddHealthChecks().AddCheck<SnapshotCheck>("snapshot");
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
