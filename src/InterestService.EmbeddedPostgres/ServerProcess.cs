using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InterestService.EmbeddedPostgres;

/// <summary>Starts and stops the PostgreSQL processes of one cluster, never those of another cluster.</summary>
internal sealed class ServerProcess(PostgresCluster cluster, ServerUser user, Installation installation)
{
    // A start after a crash first replays up to max_wal_size of changes; a stop writes the buffers to disk.
    private static readonly TimeSpan _startTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _childTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _commandMargin = TimeSpan.FromMinutes(1);
    private const int LogLines = 20;

    /// <summary>Whether the process that the cluster's process file names exists.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                string? number = File.Exists(cluster.ProcessFile) ? File.ReadLines(cluster.ProcessFile).FirstOrDefault() : null;
                using var process = number is null ? null : Process.GetProcessById(int.Parse(number, CultureInfo.InvariantCulture));
                return process is { HasExited: false };
            }
            catch (ArgumentException)
            {
                return false; // no process has that id
            }
        }
    }

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <returns>False if another program took the port first.</returns>
    /// <exception cref="EmbeddedServerException">The server did not start; the message ends with the last lines of its log.</exception>
    public async Task<bool> StartAsync(int port, CancellationToken cancellationToken)
    {
        var logged = new FileInfo(cluster.LogFile).Length;
        // pg_ctl makes the server the leader of its own session, so Ctrl+C in the host's terminal does not reach it.
        var result = await PgCtlAsync(_startTimeout, ["start", "--log=" + cluster.LogFile, "--options=" + ServerSettings.CommandLine(port)],
            cancellationToken);
        if (result.Succeeded)
            return true;

        var log = await ReadLogAsync(logged, cancellationToken);
        if (log.Any(line => line.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)))
            return false;
        throw new EmbeddedServerException(
            $"PostgreSQL did not start in {cluster.Folder}: {result.Output}\n"
            + $"{cluster.LogFile}:\n{string.Join('\n', log.TakeLast(LogLines))}");
    }

    /// <summary>
    /// Stops every PostgreSQL process of the cluster: the server, a server that a killed host left behind, or the children of a server that
    /// was killed. The next start can follow.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var mode in (string[])["fast", "immediate"])
            if (RecordedProcess is { } recorded && (await ListAsync(cancellationToken)).Contains(recorded))
                await PgCtlAsync(_stopTimeout, ["stop", "--mode=" + mode], cancellationToken);

        await EndChildrenAsync(cancellationToken);

        // Another process that reuses the id of a crashed server would keep PostgreSQL from starting. If no process has the id, PostgreSQL
        // handles the file itself.
        if (RecordedProcess is { } stale && Directory.Exists("/proc/" + stale))
            File.Delete(cluster.ProcessFile);
    }

    /// <summary>Returns the ids of the PostgreSQL processes whose working directory is the cluster's folder.</summary>
    public async Task<string[]> ListAsync(CancellationToken cancellationToken)
    {
        // Runs as the server's user: without CAP_SYS_PTRACE, as in a container, even root may not inspect the processes of other users.
        const string Linux = """
            for p in /proc/[0-9]*; do
              [ "$p/cwd" -ef "$1" ] && read -r name < "$p/comm" && [ "$name" = postgres ] && echo "${p#/proc/}"
            done 2>/dev/null; :
            """;
        const string Elsewhere = """lsof -t -a -c postgres -d cwd -- "$1" 2>/dev/null; :""";
        var result = await user.RunShellAsync(OperatingSystem.IsLinux() ? Linux : Elsewhere, [cluster.Folder], cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedServerException($"The processes in {cluster.Folder} cannot be listed: {result.Output}");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The process id that the server recorded when it started, which may be stale; null if there is none.</summary>
    private string? RecordedProcess => File.Exists(cluster.ProcessFile) ? File.ReadLines(cluster.ProcessFile).FirstOrDefault() : null;

    private async Task EndChildrenAsync(CancellationToken cancellationToken)
    {
        // Children outlive a killed server, busy ones for long, and no server can start beside them.
        var killTime = Environment.TickCount64 + (long)_childTimeout.TotalMilliseconds;
        var limit = killTime + (long)_childTimeout.TotalMilliseconds;
        while (await ListAsync(cancellationToken) is { Length: > 0 } remaining)
        {
            if (Environment.TickCount64 > limit)
                throw new EmbeddedServerException($"PostgreSQL's processes {string.Join(", ", remaining)} in {cluster.Folder} cannot be ended.");
            if (Environment.TickCount64 > killTime)
                await user.RunShellAsync("""kill -KILL "$@" """, remaining, cancellationToken);
            await Task.Delay(100, cancellationToken);
        }
    }

    private Task<CommandResult> PgCtlAsync(TimeSpan timeout, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        user.RunAsync(
            installation.PgCtl,
            [.. arguments, "--pgdata=" + cluster.Folder, "--wait", $"--timeout={timeout.TotalSeconds}"],
            timeout + _commandMargin, cancellationToken);

    private async Task<List<string>> ReadLogAsync(long from, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(cluster.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = from;
        using var reader = new StreamReader(file);
        List<string> lines = [];
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            lines.Add(line);
        return lines;
    }
}

/// <summary>Settings of the embedded server. Other settings have PostgreSQL's defaults.</summary>
internal static class ServerSettings
{
    private static readonly string[] _fixed =
    [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=256MB",
        "max_wal_size=2GB",
        "wal_compression=on",
        "fsync=on",
        "synchronous_commit=on",
        // Compilation costs more than it saves on short queries.
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
    ];

    /// <summary>Returns the options of a <c>postgres</c> that listens on <paramref name="port"/>.</summary>
    public static string CommandLine(int port) =>
        string.Join(' ', _fixed.Append($"port={port}").Select(setting => "-c " + setting));
}

internal static class FreePort
{
    /// <summary>Returns a port of 127.0.0.1 on which no program listens; another program may take it at any time.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
