using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InterestService.Api.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it knows what is published. Once ready it stays so while
/// PostgreSQL is away, since lookups go on.
/// </summary>
internal static class Health
{
    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<SnapshotCheck>("snapshot");

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }

    private sealed class SnapshotCheck(PublishedSnapshot published) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(published.IsLoaded
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("It is not known yet what is published: the database has not answered."));
    }
}
