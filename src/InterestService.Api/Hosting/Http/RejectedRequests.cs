using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Requests that Kestrel refuses before any middleware runs, because they are not HTTP or exceed a limit: each is counted, logged in one line
/// and answered with a problem document, which Kestrel's own answer lacks. Over TLS that ends in this process the answer has no body.
/// </summary>
internal sealed partial class RejectedRequests : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly IDisposable _subscription;
    private readonly Counter<long> _rejected;
    private readonly ILogger<RejectedRequests> _logger;

    public RejectedRequests(DiagnosticListener server, IMeterFactory meters, ILogger<RejectedRequests> logger)
    {
        _rejected = meters.Service().CreateCounter<long>(
            "interestservice.http.rejected_requests", "{request}", "Requests that the server refused before they reached the service, by status.");
        _logger = logger;
        _subscription = server.Subscribe(this, name => name == BadRequest);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not IFeatureCollection features
            || features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException error
            || features.Get<IHttpResponseFeature>()?.HasStarted is true) return; // the service has answered already
        _rejected.Add(1, new KeyValuePair<string, object?>("http.response.status_code", error.StatusCode));
        LogRejected(features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint?.ToString(), error.StatusCode, error.Message);
        if (features.Get<IHttpRequestFeature>()?.Method != HttpMethods.Head)
            features.Get<RejectionPipe>()?.Reject(Describe(error, features.Get<IHttpRequestIdentifierFeature>()?.TraceIdentifier));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription.Dispose();

    private static byte[] Describe(BadHttpRequestException error, string? traceId) => JsonSerializer.SerializeToUtf8Bytes(
        new ProblemDetails
        {
            Status = error.StatusCode,
            Title = ReasonPhrases.GetReasonPhrase(error.StatusCode),
            Detail = Reason(error.Message),
            Extensions = { ["traceId"] = traceId },
        },
        JsonSerializerOptions.Web);

    /// <summary>The server shows neither what it cannot read nor what is wrong with it.</summary>
    private static string Reason(string message) => message switch
    {
        _ when message.StartsWith("Invalid request target", StringComparison.Ordinal) => "Expected a percent-encoded path without the character U+0000 (%00).",
        _ when message.StartsWith("Invalid request line", StringComparison.Ordinal) => "Expected a method, a path and a version of HTTP, as in: GET /clusters HTTP/1.1",
        _ when message.StartsWith("Invalid request header", StringComparison.Ordinal) => "Expected headers that have a name, a colon and a value of printable characters.",
        _ => message.Replace(": ''", ".", StringComparison.Ordinal),
    };

    [LoggerMessage(LogLevel.Information, "The server refused a request from {Remote} with {Status}: {Reason}")]
    private partial void LogRejected(string? remote, int status, string reason);
}

internal static class RejectedRequestsServices
{
    /// <summary>Begins to observe the server.</summary>
    public static void UseRejectedRequests(this WebApplication app) => app.Services.GetRequiredService<RejectedRequests>();

    public static void AddRejectedRequests(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RejectedRequests>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
        {
            var transport = connection.Transport;
            var pipe = new RejectionPipe(transport);
            connection.Features.Set(pipe);
            connection.Transport = pipe;
            try
            {
                await next(connection);
            }
            finally
            {
                connection.Transport = transport;
            }
        })));
    }
}
