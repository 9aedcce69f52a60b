using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InterestService.Api.Hosting.Databases;

/// <summary>Knows whether the database of the service answers. Thread-safe.</summary>
internal sealed class DatabaseMonitor(Database database, IMeterFactory meters, TimeProvider time, ILogger<DatabaseMonitor> logger)
    : ServerMonitor(("PostgreSQL", "lookups continue, other calls are refused"), "interestservice.database.up", meters, time, logger)
{
    protected override string? ConnectionString => database.ConnectionString;
}

/// <summary>Knows whether the read replica answers; without one it is never away. Thread-safe.</summary>
internal sealed class ReplicaMonitor(Database database, IMeterFactory meters, TimeProvider time, ILogger<ReplicaMonitor> logger)
    : ServerMonitor(("The read replica", "the primary server answers in its place"), "interestservice.database.replica.up", meters, time, logger)
{
    protected override string? ConnectionString => database.ReplicaConnectionString;
}

/// <summary>Is unhealthy while the database does not answer.</summary>
internal sealed class DatabaseCheck(DatabaseMonitor monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(monitor.IsAway
            ? HealthCheckResult.Unhealthy($"The database has not answered for {ServerMonitor.Patience.TotalSeconds} s; lookups continue.")
            : HealthCheckResult.Healthy());
}
