using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace InterestService.Api.Ingestion;

/// <summary>Receives one upload: reads, checks, stages, merges and commits its rows, and creates the response.</summary>
internal static class Upload
{
    private const int MaxErrors = 100;

    /// <summary>Rows after which an upload lets others have the thread, about 1 ms of work.</summary>
    private const int Turn = 500;

    /// <summary>Minimum rate of a body that is not received in one piece: a sender may be slow, but must not keep a transaction open.</summary>
    private static readonly MinDataRate _slowest = new(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(10));

    public static async Task<Results<Ok<UploadResponse>, ProblemHttpResult>> ReceiveAsync(
        HttpContext context, UploadSchema schema, UploadWriter writer, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = _slowest;
        var limiter = context.RequestServices.GetRequiredKeyedService<RequestLimiter>(IngestionApi.Uploads);
        if (limiter.IsCrowded(context.CallerName())) return limiter.Refuse(context.Response);
        try
        {
            // A sender that has gone silent at the beginning holds no place.
            var open = await UploadReader.ReceiveAsync(context.Request, cancellationToken);
            using var lease = await limiter.AcquireAsync(context.CallerName(), cancellationToken);
            if (lease is null) return limiter.Refuse(context.Response);
            using var reader = await open(schema);
            var response = await ReceiveAsync(reader, writer, cancellationToken);
            context.RequestServices.GetRequiredService<UploadInstruments>().Count(schema, UploadFormats.Of(context.Request)!, response);
            return response.Received > 0 && response.Rejected == response.Received ? AllRejected(response) : TypedResults.Ok(response);
        }
        catch (BadUploadException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.Status, title: e.Title);
        }
    }

    public static async Task<UploadResponse> ReceiveAsync(UploadReader reader, UploadWriter writer, CancellationToken cancellationToken)
    {
        await using (writer)
        {
            var rejected = 0L;
            var errors = new List<RowError>();
            await writer.BeginAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                // A body that has arrived is read without waiting: a few uploads would hold every thread of the pool, and lookups wait for them.
                if (reader.Row.Index % Turn == Turn - 1) await Task.Yield();
                if (writer.TryStage(reader.Row))
                {
                    await writer.FlushAsync(cancellationToken);
                    continue;
                }

                rejected++;
                if (errors.Count < MaxErrors) errors.Add(reader.Row.Fault!);
            }

            var received = reader.Row.Index + 1;
            var accepted = received == rejected ? 0 : await writer.CommitAsync(cancellationToken);
            return new UploadResponse(received, accepted, received - rejected - accepted, rejected, errors);
        }
    }

    private static ProblemHttpResult AllRejected(UploadResponse response) => TypedResults.Problem(
        "Every row is invalid; nothing was stored. `errors` contains the reasons of the first 100 rows.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        title: "All rows were rejected.",
        extensions: new Dictionary<string, object?>
        {
            ["received"] = response.Received,
            ["rejected"] = response.Rejected,
            ["errors"] = response.Errors,
        });
}

/// <summary>What became of an upload, sent after its commit. <c>received = accepted + duplicates + rejected</c>.</summary>
/// <param name="Received">Rows in the body.</param>
/// <param name="Accepted">Rows that are new (events), or that added or changed an entry (items).</param>
/// <param name="Duplicates">
/// Rows that change nothing: events that are stored already or came earlier in the same body; items equal to the stored entry or
/// overruled by a later row of the same body.
/// </param>
/// <param name="Rejected">Invalid rows.</param>
/// <param name="Errors">Why rows were rejected, in the order of the body; the first 100.</param>
public sealed record UploadResponse(long Received, long Accepted, long Duplicates, long Rejected, IReadOnlyList<RowError> Errors);
