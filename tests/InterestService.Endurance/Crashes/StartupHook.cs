using System.Diagnostics;
using System.Globalization;

#pragma warning disable CA1050 // .NET looks for this name: https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md

/// <summary>
/// Kills or stops the process that it is loaded into, as <c>DOTNET_STARTUP_HOOKS</c>, at the n-th point after a file with an
/// order appears (<see cref="OrderAsync"/>). A point is the end of an SQL statement that Npgsql traces, so that there is one after every write and before every commit, and none
/// has to be planted in the service. The file then names the statement.
/// </summary>
internal static class StartupHook
{
    /// <summary>Environment variable with the path of the file.</summary>
    public const string FileVariable = "INTERESTSERVICE_CRASH_FILE";

    /// <summary>What is to happen at a point.</summary>
    public const string Kill = "KILL", Stop = "STOP";

    private const int Obeyed = -1;

    private static readonly Lock _lock = new();
    private static ActivityListener? _listener; // held, so that it is not collected
    private static int _points;

    /// <summary>Makes the file appear.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="point">Number of the point, from 1.</param>
    /// <param name="signal"><see cref="Kill"/>, or <see cref="Stop"/>: the process stands still until it gets SIGCONT, and goes on as if nothing had happened.</param>
    public static async Task OrderAsync(string file, int point, string signal)
    {
        string draft = file + ".draft"; // the process may read the file at any time
        await File.WriteAllTextAsync(draft, $"{point} {signal}");
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Reads from the file where the process was killed or stopped.</summary>
    /// <returns>The statement, on one line; null before.</returns>
    public static async Task<string?> ReadAsync(string file)
    {
        string text = await File.ReadAllTextAsync(file);
        return text.EndsWith(" " + Kill, StringComparison.Ordinal) || text.EndsWith(" " + Stop, StringComparison.Ordinal) ? null : text.ReplaceLineEndings(" ");
    }

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } file) return;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = statement => Pass(file, $"{statement.GetTagItem("db.query.text") ?? statement.DisplayName}"),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static void Pass(string file, string statement)
    {
        if (!Counts(statement)) return;
        lock (_lock)
        {
            if (!File.Exists(file))
            {
                _points = 0;
                return;
            }

            if (_points == Obeyed) return;
            string[] order = File.ReadAllText(file).Split(' ');
            if (++_points != int.Parse(order[0], CultureInfo.InvariantCulture)) return;
            _points = Obeyed;
            File.WriteAllText(file, statement);
            if (order[1] == Stop)
            {
                using var stop = Process.Start("kill", ["-" + Stop, $"{Environment.ProcessId}"]);
                stop.WaitForExit();
                return;
            }

            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>Leaves out what Hangfire and the monitor do all the time: of Hangfire's statements, only new jobs count.</summary>
    private static bool Counts(string statement) => statement.Contains("hangfire", StringComparison.OrdinalIgnoreCase)
        ? statement.Contains("INSERT INTO", StringComparison.OrdinalIgnoreCase)
        : statement is not ("SELECT 1" or "");
}
