using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace InterestService.Api.Hosting;

/// <summary>Every error is a problem document (RFC 9457) with a <c>traceId</c>, those of the framework included.</summary>
internal static class Problems
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions["traceId"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        // Bad bodies and parameters reach the handler as exceptions that say what was wrong.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}

/// <summary>Turns exceptions into problem documents.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    private const int RetryAfterSeconds = 5;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, detail) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => (400, "The body is not what was expected.", Describe(json)),
            BadHttpRequestException bad => (bad.StatusCode, "The request is not valid.", bad.Message),
            OperationCanceledException when context.RequestAborted.IsCancellationRequested => (499, "The caller went away.", null),
            _ when exception.IsDatabaseAway() => (503, "The database cannot be reached.", "Try again in a few seconds."),
            _ => (500, "An unexpected error.", (string?)"It is in the service's log under the traceId."),
        };
        context.Response.StatusCode = status;
        if (status == 503) context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status, Title = title, Detail = detail },
        });
    }

    private static string Describe(JsonException json)
    {
        string where = json.Path is null or "$" ? "" : $" at {json.Path}";
        string line = json.LineNumber is null ? "" : $" (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})";
        // The first sentence is for callers; what follows names our types.
        string message = json.Message.Split(" Path: ")[0];
        return $"{message}{where}{line}";
    }
}
