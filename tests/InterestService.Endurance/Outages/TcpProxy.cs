using System.Net;
using System.Net.Sockets;
using InterestService.Harness;
using Npgsql;

namespace InterestService.Endurance.Outages;

/// <summary>A network between the service and PostgreSQL that can be slow, jitter, swallow what is sent, or break.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private readonly Random _random = new(1);
    private Task _accepting = Task.CompletedTask;
    private volatile Weather _weather = Weather.Fine;

    public TcpProxy(int targetPort) => _target = new IPEndPoint(IPAddress.Loopback, targetPort);

    /// <summary>Starts a service that reaches its PostgreSQL through a proxy.</summary>
    /// <param name="environment">See <see cref="ServiceProcess.StartAsync"/>.</param>
    public static async Task<(TcpProxy Proxy, ServiceProcess Service)> StartServiceAsync(Dictionary<string, string>? environment = null)
    {
        TcpProxy? proxy = null;
        var service = await ServiceProcess.StartAsync(environment, connectionString =>
        {
            var server = new NpgsqlConnectionStringBuilder(connectionString);
            proxy = new TcpProxy(server.Port);
            proxy.Start();
            server.Port = proxy.Port;
            return server.ConnectionString;
        });
        return (proxy!, service);
    }

    /// <summary>Port of 127.0.0.1 that leads to the target.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Sets how the network behaves from now on.</summary>
    public void Set(Weather weather)
    {
        _weather = weather;
        if (weather != Weather.Broken) return;
        lock (_lock)
        {
            foreach (var client in _open) client.Dispose();
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Set(Weather.Broken);
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient from)
    {
        using var to = new TcpClient();
        using (from)
        {
            if (_weather == Weather.Broken) return;
            lock (_lock)
            {
                _open.Add(from);
                _open.Add(to);
            }

            try
            {
                await to.ConnectAsync(_target, _stop.Token);
                await Task.WhenAny(PumpAsync(from.GetStream(), to.GetStream()), PumpAsync(to.GetStream(), from.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The connection has been broken.
            }

            lock (_lock)
            {
                _open.Remove(from);
                _open.Remove(to);
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and int length)
        {
            switch (_weather)
            {
                case Weather.Slow:
                    await Task.Delay(100, _stop.Token);
                    break;
                case Weather.Jittery:
                    await Task.Delay(Jitter(), _stop.Token);
                    break;
                case Weather.Silent:
                    await Calls.UntilAsync(() => Task.FromResult(_weather != Weather.Silent || _stop.IsCancellationRequested), TimeSpan.FromHours(1));
                    break;
            }

            await to.WriteAsync(buffer.AsMemory(0, length), _stop.Token);
        }
    }

    private int Jitter()
    {
        lock (_lock) return _random.Next(0, 100);
    }
}

/// <summary>How a network behaves.</summary>
internal enum Weather
{
    /// <summary>Everything arrives at once.</summary>
    Fine,

    /// <summary>Everything arrives 100 ms late.</summary>
    Slow,

    /// <summary>Everything arrives up to 100 ms late.</summary>
    Jittery,

    /// <summary>Nothing arrives, and connections stay open, as behind a firewall that forgot them.</summary>
    Silent,

    /// <summary>Connections are closed and refused.</summary>
    Broken,
}
