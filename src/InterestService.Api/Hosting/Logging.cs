using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace InterestService.Api.Hosting;

/// <summary>Logs with Serilog: readable lines in Development, elsewhere one JSON object a line; the configuration sets the levels.</summary>
internal static class Logging
{
    // Each host has its own logger: the static one of Serilog is that of the host built last, if a process has several.
    public static void AddLogging(this WebApplicationBuilder builder) => builder.Services.AddSerilog(preserveStaticLogger: true, configureLogger: logger =>
    {
        // While it may log, the host begins a trace for every request, lookups too; Traces does so for the others.
        logger.MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off);
        logger.ReadFrom.Configuration(builder.Configuration).Enrich.FromLogContext();
        if (builder.Environment.IsDevelopment())
            logger.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        else
            logger.WriteTo.Console(new RenderedCompactJsonFormatter());
    });

    /// <summary>Returns whether even requests that succeed are logged.</summary>
    public static Func<bool> LogsLookups(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<Serilog.ILogger>().ForContext(Constants.SourceContextPropertyName, "Serilog.AspNetCore.RequestLoggingMiddleware");
        return () => log.IsEnabled(LogEventLevel.Debug);
    }

    /// <summary>
    /// Returns the pattern of the route of a request, which log lines show: a path has ids of users, and the log outlives their erasure.
    /// </summary>
    public static string Route(this HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(log =>
    {
        log.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        log.MessageTemplate = "HTTP {RequestMethod} {Route} responded {StatusCode} in {Elapsed:0.0000} ms";
        log.GetMessageTemplateProperties = (context, _, elapsed, status) =>
        [
            new("RequestMethod", new ScalarValue(context.Request.Method)), new("Route", new ScalarValue(context.Route())),
            new("StatusCode", new ScalarValue(status)), new("Elapsed", new ScalarValue(elapsed)),
        ];
        log.EnrichDiagnosticContext = (diagnostics, context) => diagnostics.Set("Caller", context.User.Identity?.Name);
        log.GetLevel = (context, _, exception) => exception is not null || context.Response.StatusCode >= 500
            ? LogEventLevel.Error
            // Lookups and probes are so frequent that logging each would cost more than the response.
            : HttpMethods.IsGet(context.Request.Method) && context.Response.StatusCode < 400 ? LogEventLevel.Debug : LogEventLevel.Information;
    });
}
