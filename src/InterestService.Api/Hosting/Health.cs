using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace InterestService.Api.Hosting;

/// <summary>
/// Health endpoints. <c>/health/live</c> answers while the process responds; <c>/health/ready</c> evaluates the health checks that the
/// parts of the program register.
/// </summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }
}
