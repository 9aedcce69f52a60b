using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using InterestService.Benchmarks.Harness;

namespace InterestService.Benchmarks.Serving;

/// <summary>Load by wrk: lookups of random users over 32 connections.</summary>
internal sealed partial class Wrk : IDisposable
{
    private const int Connections = 32;

    private readonly string _script = Path.GetTempFileName();

    /// <param name="users">How many planted users there are.</param>
    public Wrk(int users) => File.WriteAllText(_script, $$"""
        wrk.headers["X-API-Key"] = "{{ServiceProcess.Key}}"
        request = function()
          return wrk.format("GET", string.format("/users/user-%06d/cluster", math.random(0, {{users - 1}})))
        end
        """);

    /// <param name="address">Of the server.</param>
    /// <param name="seconds">How long.</param>
    public Load Run(Uri address, int seconds = 6)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", "-s", _script, address.ToString()])
        {
            RedirectStandardOutput = true,
        };
        using var wrk = Process.Start(start)!;
        string output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (output.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException($"There were errors:\n{output}");
        var rate = Rate().Match(output);
        var p99 = P99().Match(output);
        double unit = p99.Groups[2].Value switch { "us" => .001, "ms" => 1, _ => 1000 };
        return new Load(Number(rate), Number(p99) * unit);

        static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public void Dispose() => File.Delete(_script);

    [GeneratedRegex(@"Requests/sec: +([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99% +([\d.]+)(us|ms|s)")]
    private static partial Regex P99();
}

/// <param name="Rate">Requests a second.</param>
/// <param name="P99">99th percentile of the latency, milliseconds.</param>
internal readonly record struct Load(double Rate, double P99);
