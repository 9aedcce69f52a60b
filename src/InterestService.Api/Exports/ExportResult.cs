using Apache.Arrow;
using InterestService.Api.Hosting.Http;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Exports;

/// <summary>
/// Streams a table: memory holds a batch, and of Parquet a row group. An error after the first bytes ends the connection, so that no reader takes
/// a part for the whole.
/// </summary>
/// <param name="format">The format.</param>
/// <param name="name">Name of the file that a browser saves, without its extension.</param>
/// <param name="schema">The columns.</param>
/// <param name="batches">The rows, which are read as they are sent.</param>
internal sealed class ExportResult(ExportFormat format, string name, Schema schema, IAsyncEnumerable<RecordBatch> batches) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        var (response, cancellation) = (http.Response, http.RequestAborted);
        response.ContentType = format.MediaType;
        response.Headers.Vary = HeaderNames.Accept;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{format.Extension}\"";
        if (!HeadRequests.WantsBody(http)) return;
        var buffer = new ExportBuffer();
        using var writer = format.CreateWriter(buffer, schema);
        await foreach (var batch in batches.WithCancellation(cancellation))
        {
            using (batch) writer.Write(batch);
            await buffer.SendAsync(response.Body, cancellation);
        }

        writer.Complete();
        await buffer.SendAsync(response.Body, cancellation);
    }
}
