using InterestService.Api.Hosting.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InterestService.Api.Hosting.Telemetry;

/// <summary>
/// What the service tells of itself: metrics for Prometheus at <c>/metrics</c> and, where the configuration names a collector, traces by OTLP. The
/// parts of the program record into <see cref="Instrumentation"/> and know nothing of this.
/// </summary>
internal static class TelemetryServices
{
    /// <summary>Standard settings that name the collector of traces (OpenTelemetry, "OTLP Exporter Configuration").</summary>
    private static readonly string[] _collectors = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    private const string KeptShare = "OTEL_TRACES_SAMPLER_ARG";
    private const string Path = "/metrics";

    /// <summary>Meters of the framework and of Npgsql that are of use to operators.</summary>
    private static readonly string[] _meters =
        [Instrumentation.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService("interestservice", serviceVersion: ServiceVersion.Text).AddEnvironmentVariableDetector()); // OTEL_SERVICE_NAME prevails
        if (AccessOf(builder.Configuration) != MetricsAccess.Off)
        {
            builder.Services.AddHostedService<DeviceMemory>();
            telemetry.WithMetrics(metrics => metrics
                .AddMeter(_meters)
                .AddView("http.server.active_requests", MetricStreamConfiguration.Drop) // lookups would pay for it twice
                .AddView(instrument => instrument.Meter.Name == "Npgsql" ? Statements(instrument.Name) : null)
                .AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false));
        }

        if (!Array.Exists(_collectors, collector => !string.IsNullOrEmpty(builder.Configuration[collector]))) return;
        double share = builder.Configuration.GetValue(KeptShare, 1.0);
        if (share is not (>= 0 and <= 1)) throw new StartupException($"{KeptShare}: expected 0 to 1, found {share}.");
        telemetry.WithTracing(traces => traces
            .AddSource(Instrumentation.Name, "Npgsql")
            .SetSampler(new ParentBasedSampler(new TraceStartSampler(share)))
            .AddOtlpExporter());
    }

    public static void MapMetrics(this WebApplication app)
    {
        var access = AccessOf(app.Configuration);
        if (access == MetricsAccess.Off) return;
        var endpoint = app.MapPrometheusScrapingEndpoint(Path).WithMetadata(new HttpMethodMetadata([HttpMethods.Get]), new ExcludeFromDescriptionAttribute());
        if (access == MetricsAccess.Open) endpoint.WithMetadata(new AllowAnonymousAttribute());
        else endpoint.RequireScope(Scopes.ReadMetrics);
    }

    private static MetricsAccess AccessOf(IConfiguration configuration) =>
        configuration.GetValue($"{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.Metrics)}", MetricsAccess.Keyed);

    /// <summary>Keeps what tells of statements, without the name of the pool, which holds parts of the connection string.</summary>
    private static MetricStreamConfiguration Statements(string instrument) =>
        instrument is "db.client.operation.duration" or "db.client.operation.failed" ? new MetricStreamConfiguration { TagKeys = [] } : MetricStreamConfiguration.Drop;
}
