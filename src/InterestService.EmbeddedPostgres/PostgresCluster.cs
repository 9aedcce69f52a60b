using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace InterestService.EmbeddedPostgres;

/// <summary>The files of the embedded PostgreSQL in the host's data folder.</summary>
internal sealed class PostgresCluster(string dataDirectory, ServerUser user)
{
    /// <summary>The superuser, and the database, of the service.</summary>
    public const string ServiceName = "interestservice";

    private static readonly TimeSpan _initTimeout = TimeSpan.FromMinutes(2);
    private readonly string _passwordFile = Path.Combine(dataDirectory, "postgres.password");

    /// <summary>PostgreSQL's own data folder.</summary>
    public string Folder { get; } = Path.Combine(dataDirectory, "postgres");

    public string LogFile { get; } = Path.Combine(dataDirectory, "postgres.log");

    /// <summary>Where the server notes its process id, in the first line.</summary>
    public string ProcessFile => Path.Combine(Folder, "postmaster.pid");

    /// <summary>The major version that initialised the folder, or null before <see cref="InitialiseAsync"/>.</summary>
    public string? MajorVersion =>
        Exists ? File.ReadAllText(Path.Combine(Folder, "PG_VERSION")).Trim() : null;

    public bool Exists => Directory.Exists(Folder);

    /// <exception cref="EmbeddedServerException">The file is gone, and with it the way into the cluster.</exception>
    public async Task<string> ReadPasswordAsync(CancellationToken cancellationToken) =>
        File.Exists(_passwordFile)
            ? await File.ReadAllTextAsync(_passwordFile, cancellationToken)
            : throw new EmbeddedServerException($"{_passwordFile} is missing, so nobody can log in to {Folder}: put it back.");

    /// <exception cref="EmbeddedServerException">initdb failed; the message holds its output.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task InitialiseAsync(Installation installation, CancellationToken cancellationToken)
    {
        // Built aside and moved when complete, so that a host killed here does not leave half a cluster.
        var draft = Folder + ".new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await user.TakeAsync(draft, cancellationToken);

        File.Delete(_passwordFile);
        await CreatePrivateFileAsync(_passwordFile, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellationToken);

        var result = await user.RunAsync(
            installation.InitDb,
            [
                "--pgdata=" + draft, "--username=" + ServiceName, "--pwfile=" + _passwordFile,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            ],
            _initTimeout, cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedServerException($"PostgreSQL's data folder {Folder} cannot be initialised: {result.Output}");
        Directory.Move(draft, Folder);
    }

    /// <summary>Makes the log if it is missing, as a server that is not the host's user cannot.</summary>
    [UnsupportedOSPlatform("windows")]
    public async Task EnsureLogAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(LogFile))
            await CreatePrivateFileAsync(LogFile, "", cancellationToken);
    }

    [UnsupportedOSPlatform("windows")]
    private async Task CreatePrivateFileAsync(string path, string content, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var writer = new StreamWriter(path, options))
            await writer.WriteAsync(content.AsMemory(), cancellationToken);
        await user.TakeAsync(path, cancellationToken);
    }
}
