using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings.Progress;

/// <summary>Reads the Server-Sent Events of a clustering over HTTP.</summary>
internal sealed class ProgressListener(HttpResponseMessage response, StreamReader lines) : IDisposable
{
    public static async Task<ProgressListener> OpenAsync(ApiHost host, string location, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{location}/progress");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId.Value.ToString(CultureInfo.InvariantCulture));
        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new ProgressListener(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Reads the next event; null when the service has ended the stream.</summary>
    public async Task<(long Id, JsonNode Data)?> NextAsync()
    {
        long id = 0;
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return (id, JsonNode.Parse(line[6..])!);
        }

        return null;
    }

    public async Task<List<(long Id, JsonNode Data)>> ReadToEndAsync()
    {
        var events = new List<(long, JsonNode)>();
        while (await NextAsync() is { } next) events.Add(next);
        return events;
    }

    public static async Task<List<(long Id, JsonNode Data)>> ReadAllAsync(ApiHost host, string location, long? lastEventId = null)
    {
        using var listener = await OpenAsync(host, location, lastEventId);
        return await listener.ReadToEndAsync();
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
