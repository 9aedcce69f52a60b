using System.Globalization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace InterestService.Api.Clusterings.Progress;

/// <summary>Follows a clustering as it runs.</summary>
internal static class ProgressApi
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly ClusteringProgress _example =
        ClusteringProgress.At(JobState.Running, "encode", .42, 30) with { Loss = 6.85, RecallAt10 = .171, Epoch = 9 };

    public static void AddProgress(this IServiceCollection services)
    {
        services.AddSingleton<ProgressFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgressFeed>());
    }

    public static void MapProgress(this IEndpointRouteBuilder routes) => routes
        .MapGet("/clusterings/{id}/progress", Follow).WithName("followClustering")
        .WithTags("Clusterings").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings)
        .Produces<ClusteringProgress>(200, ProgressStream.ContentType).Produces(204).ProducesValidationProblem().ProducesProblem(404)
        .WithInvalidExample(LastEventId, "Expected the id of an event, a whole number from 0.")
        .WithExample(200, _example, ProgressStream.ContentType);

    /// <summary>Follow a clustering as it runs</summary>
    /// <remarks>
    /// Server-Sent Events: the current state at once, every change within a second, and the end. The schema is that of the `data` of an
    /// event; its `id` is a number. A comment every 15 seconds keeps the connection alive. A clustering that is over answers with its final
    /// state. After a lost connection, `Last-Event-ID` continues where it broke, at any replica: the last 1000 events of a clustering are kept
    /// as long as it is, and `0` asks for all of them.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <param name="lastEventId">The `id` of the last event that was received.</param>
    /// <response code="200">The events, until the clustering is over.</response>
    /// <response code="204">The clustering is over and `Last-Event-ID` is its last event; a browser's `EventSource` ends here.</response>
    /// <response code="400">The `Last-Event-ID` is not the id of an event.</response>
    /// <response code="404">The clustering does not exist.</response>
    private static async Task<IResult> Follow(
        Guid id, [FromHeader(Name = LastEventId)] string? lastEventId, HttpContext http, ProgressFeed feed, TimeProvider time,
        IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        long? seen = null;
        if (!string.IsNullOrEmpty(lastEventId))
        {
            if (!long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                return Problems.Invalid(LastEventId, "Expected the id of an event, a whole number from 0.");
            seen = number;
        }

        using var listening = feed.Follow(id);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            var topic = listening.Topic;
            if (!await topic.Found.WaitAsync(end.Token)) return ClusteringsApi.NotFound(id);
            if (topic.HasEnded && seen >= topic.Last) return TypedResults.NoContent();

            http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            http.Response.ContentType = ProgressStream.ContentType;
            http.Response.Headers.CacheControl = "no-store";
            if (HeadRequests.WantsBody(http)) await ProgressStream.WriteAsync(http.Response.Body, topic, seen, time, end.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !http.Response.HasStarted)
        {
            return Stopping(http.Response);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && http.Response.HasStarted)
        {
            // The listener has gone, or the host stops: the listener continues at another replica.
        }

        return Results.Empty;
    }

    private static ProblemHttpResult Stopping(HttpResponse response)
    {
        response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem(statusCode: 503, title: "The service is stopping.", detail: "Try again in a few seconds, or at another process.");
    }
}
