using Npgsql;

namespace InterestService.EmbeddedPostgres;

/// <summary>Writes a database into a file, and the file into an empty database, with PostgreSQL's own programs.</summary>
public static class DatabaseBackup
{
    private static readonly TimeSpan _timeout = TimeSpan.FromDays(2);

    /// <summary>Writes everything that a database holds at one moment; it goes on working meanwhile.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="file">The file, which is replaced when the backup is complete. Only the user of the process can read it.</param>
    /// <param name="cancellationToken">Cancels the backup.</param>
    /// <exception cref="EmbeddedServerException">It failed; the message is that of <c>pg_dump</c>.</exception>
    public static async Task WriteAsync(string connectionString, string file, CancellationToken cancellationToken)
    {
        string draft = $"{Path.GetFullPath(file)}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(draft, options).Dispose();
        try
        {
            await RunAsync("pg_dump", connectionString, ["--format=custom", "--no-owner", "--no-privileges", "--file=" + draft], cancellationToken);
            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Writes a backup into a database that has no tables, as a whole or not at all.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="file">What <see cref="WriteAsync"/> has written.</param>
    /// <param name="cancellationToken">Cancels the restoration.</param>
    /// <exception cref="EmbeddedServerException">It failed; the message is that of <c>pg_restore</c>.</exception>
    public static Task RestoreAsync(string connectionString, string file, CancellationToken cancellationToken) => RunAsync(
        "pg_restore", connectionString, ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", Path.GetFullPath(file)], cancellationToken);

    private static async Task RunAsync(string program, string connectionString, string[] arguments, CancellationToken cancellationToken)
    {
        var installation = await new InstallationSearch().FindAsync(null, cancellationToken);
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var environment = new Dictionary<string, string>
        {
            ["PGHOST"] = server.Host!,
            ["PGPORT"] = $"{server.Port}",
            ["PGUSER"] = server.Username ?? Environment.UserName,
            ["PGPASSWORD"] = server.Password ?? "", // in an argument, others on the machine would see it
            ["PGSSLMODE"] = server.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => $"{mode}".ToLowerInvariant() },
        };
        if (server.RootCertificate is not null) environment["PGSSLROOTCERT"] = server.RootCertificate;
        var result = await Command.RunAsync(
            Path.Combine(installation.Folder, program), ["--dbname=" + server.Database, .. arguments], _timeout, cancellationToken, environment);
        if (!result.Succeeded) throw new EmbeddedServerException($"{program}: {result.Output}");
    }
}
