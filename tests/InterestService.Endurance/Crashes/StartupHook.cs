using System.Diagnostics;
using System.Globalization;

#pragma warning disable CA1050 // .NET looks for this name: https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md

/// <summary>
/// Kills the process that it is loaded into, as <c>DOTNET_STARTUP_HOOKS</c>, at the n-th point after a file with the number n appears. A point
/// is the end of an SQL statement that Npgsql traces, so that there is one after every write and before every commit, and none has to be
/// planted in the service. The file then names the statement.
/// </summary>
internal static class StartupHook
{
    /// <summary>Environment variable with the path of the file.</summary>
    public const string FileVariable = "INTERESTSERVICE_CRASH_FILE";

    private static readonly Lock _lock = new();
    private static ActivityListener? _listener; // held, so that it is not collected
    private static int _points;

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

            if (++_points != int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)) return;
            File.WriteAllText(file, statement);
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>Leaves out what Hangfire and the monitor do all the time: of Hangfire's statements, only new jobs count.</summary>
    private static bool Counts(string statement) => statement.Contains("hangfire", StringComparison.OrdinalIgnoreCase)
        ? statement.Contains("INSERT INTO", StringComparison.OrdinalIgnoreCase)
        : statement is not ("SELECT 1" or "");
}
