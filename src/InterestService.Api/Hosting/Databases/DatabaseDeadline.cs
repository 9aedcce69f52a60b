using InterestService.Api.Hosting.Http;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Answers requests with 503 that wait for a database which does not answer. Their handlers cannot be cancelled then, so that each remains on
/// its own until the database answers or the connection breaks; what it does later is not seen by its caller.
/// </summary>
internal static partial class DatabaseDeadline
{
    /// <summary>Time that a request has left once the database is known to be away: what needs no database is over sooner.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(500);

    public static void UseDatabaseDeadline(this WebApplication app)
    {
        var primary = app.Services.GetRequiredService<DatabaseMonitor>();
        var replica = app.Services.GetRequiredService<ReplicaMonitor>();
        var problems = app.Services.GetRequiredService<IProblemDetailsService>();
        var logger = app.Services.GetRequiredService<ILogger<DatabaseMonitor>>();
        app.Use(async (context, next) =>
        {
            var handling = next(context);
            if (handling.IsCompleted || await EndsInTimeAsync(handling, context, primary.Away, replica.Away) || context.Response.HasStarted)
            {
                await handling;
                return;
            }

            await RefuseAsync(context, problems);
            try
            {
                await handling;
            }
            catch (Exception exception)
            {
                LogAnswered(logger, exception); // the caller has its answer
            }
        });
    }

    private static async Task<bool> EndsInTimeAsync(Task handling, HttpContext context, Task primaryAway, Task replicaAway)
    {
        var first = await Task.WhenAny(handling, primaryAway, replicaAway);
        if (first == replicaAway && !ReadReplica.IsReadBy(context)) first = await Task.WhenAny(handling, primaryAway);
        return first == handling || await Task.WhenAny(handling, Task.Delay(_grace)) == handling;
    }

    private static async Task RefuseAsync(HttpContext context, IProblemDetailsService problems)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        context.Response.Headers.Connection = "close"; // the next request on this connection would wait for the handler
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "The database does not answer.",
                Detail = "Try again in a few seconds. Whether the call took effect is not known; an upload, or a start with an Idempotency-Key, can be repeated safely.",
            },
        });
        await context.Response.CompleteAsync();
    }

    [LoggerMessage(LogLevel.Debug, "A call that was answered with 503 has failed")]
    private static partial void LogAnswered(ILogger logger, Exception exception);
}
