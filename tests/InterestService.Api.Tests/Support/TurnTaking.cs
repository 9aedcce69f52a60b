using System.Diagnostics;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// Sends the requests of a client to several hosts in turn. A host that was written to keeps the client until the others have followed, as a client that
/// must read its own writes asks a proxy to.
/// </summary>
internal sealed class TurnTaking(Uri[] hosts, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Within a second the other hosts know what one of them, or a worker, has changed.</summary>
    public static readonly TimeSpan Following = TimeSpan.FromSeconds(1.2);

    private readonly Lock _lock = new();
    private int _host;
    private long _written;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_written == 0 || Stopwatch.GetElapsedTime(_written) > Following) _host = (_host + 1) % hosts.Length;
            if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head) _written = Stopwatch.GetTimestamp();
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = hosts[_host].Host, Port = hosts[_host].Port }.Uri;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
