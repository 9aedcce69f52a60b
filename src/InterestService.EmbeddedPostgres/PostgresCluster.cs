using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace InterestService.EmbeddedPostgres;

/// <summary>The files of the embedded PostgreSQL in the host's data folder.</summary>
internal sealed class PostgresCluster(string dataDirectory, ServerUser user)
{
    /// <summary>Name of the superuser and of the database of the service.</summary>
    public const string ServiceName = "interestservice";

    private static readonly TimeSpan _initTimeout = TimeSpan.FromMinutes(2);
    private readonly string _passwordFile = Path.Combine(dataDirectory, "postgres.password");

    /// <summary>The data folder of PostgreSQL itself.</summary>
    public string Folder { get; } = Path.Combine(dataDirectory, "postgres");

    public string LogFile { get; } = Path.Combine(dataDirectory, "postgres.log");

    /// <summary>File in whose first line the server writes its process id.</summary>
    public string ProcessFile => Path.Combine(Folder, "postmaster.pid");

    /// <summary>Major version that initialised the folder; null before <see cref="InitialiseAsync"/>.</summary>
    public string? MajorVersion =>
        Exists ? File.ReadAllText(Path.Combine(Folder, "PG_VERSION")).Trim() : null;

    public bool Exists => Directory.Exists(Folder);

    /// <summary>Reads the password of the superuser.</summary>
    /// <exception cref="EmbeddedServerException">The password file is missing.</exception>
    public async Task<string> ReadPasswordAsync(CancellationToken cancellationToken) =>
        File.Exists(_passwordFile)
            ? await File.ReadAllTextAsync(_passwordFile, cancellationToken)
            : throw new EmbeddedServerException($"{_passwordFile} is missing, so no connection to {Folder} is possible. Restore the file.");

    /// <summary>Creates the cluster with a random password.</summary>
    /// <exception cref="EmbeddedServerException">initdb failed; the message contains its output.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task InitialiseAsync(Installation installation, CancellationToken cancellationToken)
    {
        // Created under another name and renamed when it is complete, so that a host killed here leaves no incomplete cluster.
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

    /// <summary>Creates the log file if it is missing, because a server that runs as another user cannot.</summary>
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
