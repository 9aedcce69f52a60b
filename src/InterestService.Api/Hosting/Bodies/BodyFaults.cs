using Microsoft.AspNetCore.Http.Features;

namespace InterestService.Api.Hosting.Bodies;

/// <summary>
/// Reports why a body could not be read: an unknown or damaged compression, or too large. The framework catches that error where it reads the body of an
/// endpoint as JSON, and sets the status alone.
/// </summary>
internal static class BodyFaults
{
    public const string Title = "The body cannot be read.";

    public static void UseBodyFaults(this WebApplication app) => app.Use((context, next) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } ? RunAsync(context, next) : next(context));

    private static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // The decompression middleware removes the encodings that it has decoded.
        string encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            await TypedResults.Problem(
                $"Content-Encoding {encoding} is not supported; send gzip, br, zstd or none.",
                statusCode: StatusCodes.Status415UnsupportedMediaType, title: BodyTypes.UnsupportedTitle).ExecuteAsync(context);
            return;
        }

        var body = new ObservedBody(context.Request.Body);
        context.Request.Body = body;
        await next(context);
        if (body.Fault is { } fault && !context.Response.HasStarted)
            await TypedResults.Problem(fault.Message, statusCode: fault.StatusCode, title: Title).ExecuteAsync(context);
    }

    private sealed class ObservedBody(Stream body) : BodyStream
    {
        /// <summary>Why a read failed; null when none did.</summary>
        public BadHttpRequestException? Fault { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await body.ReadAsync(buffer, cancellationToken);
            }
            catch (BadHttpRequestException fault)
            {
                Fault = fault;
                throw;
            }
        }
    }
}
