namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>Where PostgreSQL's server programs are looked for.</summary>
internal sealed record InstallationSearch
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    /// <summary>Folders separated by colons. The default value is the host's PATH.</summary>
    public string Path { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>Holds a folder a version, each with a <c>bin</c>. The default value is Debian's place.</summary>
    public string VersionsFolder { get; init; } = "/usr/lib/postgresql";

    /// <summary>Names the system, and so the command that installs PostgreSQL. The default value is <c>/etc/os-release</c>.</summary>
    public string OsReleaseFile { get; init; } = "/etc/os-release";

    /// <summary>The installation for a cluster of <paramref name="majorVersion"/>, or the preferred one when that is null.</summary>
    /// <exception cref="EmbeddedServerException">There is none; the message holds the command that installs it.</exception>
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
        // What stands on PATH may be a link to the server's folder, or a wrapper that has no server beside it.
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
        return folders.Distinct().Where(HoldsServer);
    }

    private static bool HoldsServer(string folder) =>
        ((string[])["initdb", "pg_ctl", "postgres"]).All(name => File.Exists(System.IO.Path.Combine(folder, name)));

    private static async Task<string> MajorVersionAsync(string folder, CancellationToken cancellationToken)
    {
        var postgres = System.IO.Path.Combine(folder, "postgres");
        // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
        var result = await Command.RunAsync(postgres, ["--version"], _timeout, cancellationToken);
        var version = result.Output.Split(' ').ElementAtOrDefault(2);
        if (!result.Succeeded || version is null)
            throw new EmbeddedServerException($"{postgres} does not tell its version: {result.Output}");
        return string.Concat(version.TakeWhile(char.IsAsciiDigit));
    }
}
