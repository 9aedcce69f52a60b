using System.Diagnostics;
using InterestService.Api.Storage;
using InterestService.Pipeline.Events;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>Answers every error, including the framework's own, with a problem document (RFC 9457) that has a <c>traceId</c>.</summary>
internal static class Problems
{
    /// <summary>Value of <c>Retry-After</c>, in seconds, of an answer 503 or 507.</summary>
    public const string RetryAfterSeconds = "5";

    public static void AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>(); // before the framework's own
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions["traceId"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
            if (context.ProblemDetails is { Status: StatusCodes.Status415UnsupportedMediaType, Detail: null } unsupported)
                (unsupported.Title, unsupported.Detail) = (BodyTypes.UnsupportedTitle, BodyTypes.DescribeUnsupported(context.HttpContext));
            context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
            {
                StatusCodes.Status401Unauthorized => "Send a known key as X-API-Key, or a valid token where the service accepts them.",
                StatusCodes.Status403Forbidden => "The key lacks the scope that this operation asks for.",
                _ => null,
            };
        });
        services.AddExceptionHandler<ProblemExceptionHandler>();
        // The exception handler then receives bad bodies and parameters as exceptions with a reason.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    /// <summary>Creates a 400 problem for one field.</summary>
    public static ValidationProblem Invalid(string field, string message) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>
    /// Writes a problem document whatever the caller accepts, which a server may do (RFC 9110, 12.4.1): the framework's own writer leaves callers
    /// that accept something else, such as CSV, to code that adds no <c>traceId</c>.
    /// </summary>
    private sealed class ProblemWriter : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => true;

        public ValueTask WriteAsync(ProblemDetailsContext context) =>
            context.HttpContext.RequestServices.GetServices<IProblemDetailsWriter>().First(writer => writer is not ProblemWriter).WriteAsync(context);
    }
}

/// <summary>Turns exceptions into problem documents.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        ContentSniffing.Forbid(context.Response); // the framework has removed all headers
        if (exception is BadHttpRequestException bad) return await BadRequestProblem.WriteAsync(context, bad, problems);
        var (status, title, detail) = exception switch
        {
            OperationCanceledException when context.RequestAborted.IsCancellationRequested => (499, "The client closed the request.", null),
            _ when exception.IsDatabaseFull() => (507, "The disk of the database is full.", "Free space there, or add some, and try again."),
            _ when exception.IsDatabaseAway() => (503, "The database cannot be reached.", "Try again in a few seconds."),
            _ when exception.IsOutOfMemory() => (503, "The service is out of memory.", "Try again in a few seconds, or with a smaller request."),
            PipelineException unusable => (503, "The model of the published clustering cannot be used.", unusable.Message),
            _ => (500, "An unexpected error occurred.", (string?)"See the log of the service for this traceId."),
        };
        context.Response.StatusCode = status;
        if (status is 503 or 507) context.Response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status, Title = title, Detail = detail },
        });
    }
}
