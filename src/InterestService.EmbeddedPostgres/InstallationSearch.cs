namespace InterestService.EmbeddedPostgres;

/// <summary>Searches for PostgreSQL's server binaries.</summary>
internal sealed record InstallationSearch
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(1);

    /// <summary>Folders separated by colons. The default value is the host's PATH.</summary>
    public string Path { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>Folder with one subfolder per version, each with a <c>bin</c>. The default value is Debian's folder.</summary>
    public string VersionsFolder { get; init; } = "/usr/lib/postgresql";

    /// <summary>File that names the system, which determines the install command. The default value is <c>/etc/os-release</c>.</summary>
    public string OsReleaseFile { get; init; } = "/etc/os-release";

    /// <summary>Finds the installation for a cluster of <paramref name="majorVersion"/>, or the preferred one if that is null.</summary>
    /// <exception cref="EmbeddedServerException">There is none; the message contains the install command.</exception>
    public async Task<Installation> FindAsync(string? majorVersion, CancellationToken cancellationToken)
    {
        List<string> found = [];
        foreach (var folder in await FoldersAsync(cancellationToken))
        {
            var installed = await MajorVersionAsync(folder, cancellationToken);
            if (majorVersion is null || installed == majorVersion)
                return new Installation(folder, installed);
            found.Add(installed);
        }

        var install = InstallCommand.For(OsReleaseFile);
        throw new EmbeddedServerException(found.Count == 0
            ? $"No PostgreSQL server was found on this machine (on PATH, in {VersionsFolder} or by pg_config): "
                + $"install one with `{install}`, or name a running one in ConnectionStrings__Postgres."
            : $"The data folder was initialised by PostgreSQL {majorVersion}, but this machine has only {string.Join(", ", found)}: "
                + $"install version {majorVersion}, or give the host another folder with InterestService__DataDirectory.");
    }

    private async Task<IEnumerable<string>> FoldersAsync(CancellationToken cancellationToken)
    {
        List<string> folders = [];
        // A file on PATH may be a link into the server's folder, or a wrapper without a server beside it.
        foreach (var name in (string[])["pg_ctl", "postgres"])
            if (Executable.Find(name, Path) is { } file)
                folders.Add(System.IO.Path.GetDirectoryName((File.ResolveLinkTarget(file, true) ?? new FileInfo(file)).FullName)!);

        if (Directory.Exists(VersionsFolder))
            folders.AddRange(Directory.GetDirectories(VersionsFolder)
                .OrderByDescending(folder => double.TryParse(System.IO.Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => System.IO.Path.Combine(folder, "bin")));

        if (Executable.Find("pg_config", Path) is { } pgConfig)
        {
            var result = await Command.RunAsync(pgConfig, ["--bindir"], _timeout, cancellationToken);
            if (result.Succeeded)
                folders.Add(result.Output);
        }
        return folders.Distinct().Where(ContainsServer);
    }

    private static bool ContainsServer(string folder) =>
        ((string[])["initdb", "pg_ctl", "postgres"]).All(name => File.Exists(System.IO.Path.Combine(folder, name)));

    private static async Task<string> MajorVersionAsync(string folder, CancellationToken cancellationToken)
    {
        var postgres = System.IO.Path.Combine(folder, "postgres");
        // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
        var result = await Command.RunAsync(postgres, ["--version"], _timeout, cancellationToken);
        var version = result.Output.Split(' ').ElementAtOrDefault(2);
        if (!result.Succeeded || version is null)
            throw new EmbeddedServerException($"{postgres} does not report its version: {result.Output}");
        return string.Concat(version.TakeWhile(char.IsAsciiDigit));
    }
}

/// <summary>The binaries of one PostgreSQL server version.</summary>
/// <param name="Folder">Folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="MajorVersion">Major version as in a cluster's <c>PG_VERSION</c>, for example <c>15</c>.</param>
internal sealed record Installation(string Folder, string MajorVersion)
{
    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");
}

/// <summary>Returns the command that installs the PostgreSQL server on a system.</summary>
internal static class InstallCommand
{
    private static readonly (string System, string Command)[] _commands =
    [
        ("debian", "apt-get install -y postgresql"),
        ("ubuntu", "apt-get install -y postgresql"),
        ("fedora", "dnf install -y postgresql-server"),
        ("rhel", "dnf install -y postgresql-server"),
        ("alpine", "apk add postgresql"),
        ("arch", "pacman -S postgresql"),
        ("suse", "zypper install postgresql-server"),
    ];

    /// <summary>Returns the command for the system that a file names.</summary>
    /// <param name="osReleaseFile">A file as in os-release(5); it need not exist.</param>
    public static string For(string osReleaseFile)
    {
        if (OperatingSystem.IsMacOS())
            return "brew install postgresql";

        var names = File.Exists(osReleaseFile) ? SystemNames(File.ReadLines(osReleaseFile)) : [];
        return _commands.FirstOrDefault(entry => names.Contains(entry.System)).Command
            ?? "your system's package manager (package postgresql or postgresql-server)";
    }

    private static string[] SystemNames(IEnumerable<string> lines) =>
        [.. lines
            .Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(line => line[(line.IndexOf('=') + 1)..].Trim('"', '\'').Split(' '))];
}

/// <summary>Finds executables in the folders of a PATH.</summary>
internal static class Executable
{
    /// <summary>Returns the first file called <paramref name="name"/> on <paramref name="path"/>, or null.</summary>
    public static string? Find(string name, string path) =>
        path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
