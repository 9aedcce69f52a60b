namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>What the embedded server runs with; everything else is PostgreSQL's default, durability included.</summary>
internal static class Settings
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
        // Compiling costs more than it saves on the short queries of lookups.
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
    ];

    /// <summary>The options of a <c>postgres</c> that listens on <paramref name="port"/>.</summary>
    public static string CommandLine(int port) =>
        string.Join(' ', _fixed.Append($"port={port}").Select(setting => "-c " + setting));
}
