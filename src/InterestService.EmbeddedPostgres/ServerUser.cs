using System.Runtime.Versioning;

namespace InterestService.EmbeddedPostgres;

/// <summary>
/// The user that runs the server's commands: the host's own user or, because PostgreSQL refuses to run as root, the user <c>postgres</c>.
/// </summary>
/// <param name="Name">Name of the user; null for the host's own user.</param>
/// <param name="Prefix">Words before a command that make it run as this user.</param>
internal sealed record ServerUser(string? Name, IReadOnlyList<string> Prefix)
{
    private const string Postgres = "postgres";
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(1);

    // In order of preference: the first needs no shell; Alpine's BusyBox has only the last.
    private static readonly string[][] _switches =
    [
        ["runuser", "-u", Postgres, "--"],
        ["setpriv", "--reuid=" + Postgres, "--regid=" + Postgres, "--init-groups", "--"],
        ["su", "-s", "/bin/sh", "-c", "exec \"$@\"", "--", Postgres, "sh"],
    ];

    private string DisplayName => Name ?? Environment.UserName;

    /// <summary>Returns the user for the current host process.</summary>
    /// <exception cref="EmbeddedServerException">The host runs as root and cannot switch to the user <c>postgres</c>.</exception>
    public static async Task<ServerUser> ForHostAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser(null, []);

        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/bin:/sbin:/bin";
        var refusal = "none of runuser, setpriv and su is installed";
        foreach (var words in _switches)
        {
            if (Executable.Find(words[0], path) is not { } file)
                continue;
            var user = new ServerUser(Postgres, [file, .. words[1..]]);
            var result = await user.RunAsync("id", ["-u"], _timeout, cancellationToken);
            if (result.Succeeded)
                return user;
            refusal = result.Output;
        }
        throw new EmbeddedServerException(
            $"PostgreSQL refuses to run as root, and the host cannot run it as the user {Postgres} ({refusal}): "
            + "run the host as an ordinary user, or name a running server in ConnectionStrings__Postgres.");
    }

    public Task<CommandResult> RunAsync(string file, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string[] words = [.. Prefix, file, .. arguments];
        return Command.RunAsync(words[0], words[1..], timeout, cancellationToken);
    }

    /// <summary>Runs a POSIX shell script with <paramref name="arguments"/> as <c>$1</c> and following.</summary>
    public Task<CommandResult> RunShellAsync(string script, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync("/bin/sh", ["-c", script, "sh", .. arguments], _timeout, cancellationToken);

    /// <summary>Makes this user the owner of a file or folder that the host created.</summary>
    public async Task TakeAsync(string path, CancellationToken cancellationToken)
    {
        if (Name is not null)
            await ChangeOwnerAsync(Name + ":", path, cancellationToken);
    }

    /// <summary>
    /// Ensures that this user can enter <paramref name="folder"/>. A folder that only the host may enter (mode 0700) is opened to the user's
    /// group; the folders above it are not changed.
    /// </summary>
    /// <exception cref="EmbeddedServerException">This user may not enter the folder or a folder above it.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task EnsureEntersAsync(string folder, CancellationToken cancellationToken)
    {
        const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
        var mode = File.GetUnixFileMode(folder);
        if (Name is not null && (mode & (Group | UnixFileMode.OtherExecute)) == 0)
        {
            await ChangeOwnerAsync(":" + Name, folder, cancellationToken);
            File.SetUnixFileMode(folder, mode | UnixFileMode.GroupExecute);
        }

        List<string> path = [];
        for (var step = folder; step is not null; step = Path.GetDirectoryName(step))
            path.Insert(0, step);
        var result = await RunShellAsync("""for d; do [ -x "$d" ] || { echo "$d"; exit 1; }; done""", path, cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedServerException(
                $"PostgreSQL runs as the user {DisplayName}, who cannot enter {result.Output} on the way to {folder}: "
                + $"allow it with `chmod o+x '{result.Output}'`, or give the host another folder with InterestService__DataDirectory.");
    }

    /// <summary>Checks that this user owns <paramref name="folder"/>, as PostgreSQL requires.</summary>
    /// <exception cref="EmbeddedServerException">The folder belongs to another user.</exception>
    public async Task EnsureOwnsAsync(string folder, CancellationToken cancellationToken)
    {
        var result = await RunShellAsync("""[ -O "$1" ]""", [folder], cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedServerException(
                $"{folder} does not belong to {DisplayName}, the user whom PostgreSQL runs as: "
                + "start the host as the user who made it, or give it another folder with InterestService__DataDirectory.");
    }

    private static async Task ChangeOwnerAsync(string owner, string path, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync("chown", [owner, path], _timeout, cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedServerException($"{path} cannot be handed over to {owner.Trim(':')}: {result.Output}");
    }
}
