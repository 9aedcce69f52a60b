namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>The command that installs PostgreSQL's server on a system.</summary>
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

    /// <param name="osReleaseFile">In the form of os-release(5); need not exist.</param>
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
