using System.Net;
using System.Net.Sockets;

namespace InterestService.Api.Hosting.EmbeddedPostgres;

internal static class FreePort
{
    /// <summary>A port of 127.0.0.1 that nobody listens on at this moment; another program may take it at the next.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
