using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InterestService.Harness;

namespace InterestService.Endurance.Stops;

/// <summary>
/// What a supervisor sees that stops the service while callers send slowly, listen, read nothing and wait, and a clustering trains: the process
/// ends by itself and in time, and what it had not acknowledged is not there.
/// </summary>
internal static class BusyStop
{
    /// <summary>Number of callers of each kind.</summary>
    private const int Callers = 4;

    private const int Users = 250;

    /// <summary>What supervisors usually give a process before they kill it.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <param name="Findings">What was found.</param>
    /// <param name="Stop">Time from the signal to the end of the process.</param>
    public sealed record Result(Findings Findings, TimeSpan Stop);

    public static async Task<Result> RunAsync()
    {
        var findings = new Findings();
        await using var service = await ServiceProcess.StartAsync(new() { ["InterestService__JobPriority"] = "normal" });
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        string id = (string)(await service.CallAsync(HttpMethod.Post, "/clusterings", new { encoder = "transformer", clusters = 2, seed = 2, parameters = new { epochs = 1000 } }))!["id"]!;
        bool training = await Calls.UntilAsync(async () => await service.ReadAsync<bool>($"SELECT stage IS NOT DISTINCT FROM 'encode' FROM clusterings WHERE id = '{id}'"), _patience);
        findings.Expect(training, "The clustering does not begin to train.");

        using var over = new CancellationTokenSource();
        Task<bool>[] uploads = [.. Enumerable.Range(0, Callers).Select(_ => UploadSlowlyAsync(service, over.Token))];
        var streams = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => ListenAsync(service, id)));
        Task<string?>[] ends = [.. streams.Select(EndAsync)];
        using var silent = new Connections(service.Address, Callers, "");
        using var begun = new Connections(service.Address, Callers, "POST /clusterings HTTP/1.1\r\nHost: localhost\r\nX-API-Ke");
        using var deaf = new Connections(service.Address, Callers, $"GET /clusterings/{id} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {ServiceProcess.Key}\r\n\r\n");
        bool uploading = await Calls.UntilAsync(async () => await service.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY staged_events%'") == Callers, _patience);
        findings.Expect(uploading, "The uploads do not begin.");

        var watch = Stopwatch.StartNew();
        int code = await service.StopServiceAsync();
        var stop = watch.Elapsed;
        findings.Expect(stop < _limit, $"The service takes {stop.TotalSeconds:0.0} s to stop.");
        findings.Expect(code == 0, $"The service ends with {code}.");
        await over.CancelAsync();
        findings.Expect(!(await Task.WhenAll(uploads)).Contains(true), "An upload is acknowledged before it has ended.");
        foreach (string? broken in await Task.WhenAll(ends)) findings.Expect(broken is null, $"A stream of events is broken instead of ended: {broken}");

        findings.Expect(await service.ReadAsync<long>("SELECT count(*) FROM events WHERE user_id LIKE 'slow-%'") == 0, "A part of an upload is stored.");
        string state = await service.ReadAsync<string>($"SELECT concat_ws(' ', state, interruptions, (SELECT count(*) FROM leases)) FROM clusterings WHERE id = '{id}'");
        findings.Expect(state == "queued 0 0", $"State, interruptions and leases of the clustering: {state}.");
        await service.StartServiceAsync();
        findings.Expect(await service.TryCallAsync(HttpMethod.Get, "/users/hiking-1/cluster") is (HttpStatusCode.OK, _), "Lookups are not answered after the start.");
        findings.Expect(await service.TryCallAsync(HttpMethod.Delete, $"/clusterings/{id}") is ( >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices, _), "The clustering cannot be deleted.");
        return new Result(findings, stop);
    }

    /// <summary>Sends what gives an upload a place and a transaction, and then goes on at a rate that a server accepts.</summary>
    /// <returns>Whether the upload was acknowledged.</returns>
    private static async Task<bool> UploadSlowlyAsync(ServiceProcess service, CancellationToken over)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new SlowContent(over) };
        try
        {
            using var answer = await service.Client.SendAsync(request, CancellationToken.None);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>Begins to follow a clustering.</summary>
    private static async Task<HttpResponseMessage> ListenAsync(ServiceProcess service, string id)
    {
        var answer = await service.Client.GetAsync(new Uri($"/clusterings/{id}/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.EnsureSuccessStatusCode();
    }

    /// <summary>Reads a stream.</summary>
    /// <returns>What broke it; null if it came to its end.</returns>
    private static async Task<string?> EndAsync(HttpResponseMessage stream)
    {
        using (stream)
        {
            try
            {
                await stream.Content.CopyToAsync(Stream.Null);
                return null;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return exception.ToString();
            }
        }
    }

    /// <summary>Events without an end.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly CancellationToken _over;

        public SlowContent(CancellationToken over)
        {
            _over = over;
            Headers.ContentType = new("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await WriteAsync("user_id,item_id,event_type,timestamp\n");
            for (int row = 0; !_over.IsCancellationRequested; row++)
            {
                await WriteAsync($"slow-{row},item-{row},view,2026-03-01T08:00:00Z\n");
                if (row > 3000) await Task.Delay(20, CancellationToken.None);
            }

            async Task WriteAsync(string text)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None);
                await stream.FlushAsync(CancellationToken.None);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Connections that send something and then neither send nor read.</summary>
    private sealed class Connections : IDisposable
    {
        private readonly TcpClient[] _open;

        public Connections(Uri address, int count, string sent)
        {
            _open = [.. Enumerable.Range(0, count).Select(_ => new TcpClient(address.Host, address.Port))];
            foreach (var connection in _open) connection.GetStream().Write(Encoding.ASCII.GetBytes(sent));
        }

        public void Dispose()
        {
            foreach (var connection in _open) connection.Dispose();
        }
    }
}
