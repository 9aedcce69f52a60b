using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using InterestService.Harness;

namespace InterestService.Benchmarks.Serving;

/// <summary>
/// Sends requests at a fixed rate, whether or not earlier ones have been answered, so that a slow answer does not delay the next request and
/// hide its waiting time.
/// </summary>
internal static class OpenLoop
{
    /// <summary>Sends the requests and waits for all answers.</summary>
    /// <param name="client">Client of the server.</param>
    /// <param name="path">Returns the path of a request by its index.</param>
    /// <param name="rate">Requests per second.</param>
    /// <param name="count">Number of requests.</param>
    /// <returns>The latencies in milliseconds, ascending, each from the time at which the request was due.</returns>
    public static async Task<double[]> RunAsync(HttpClient client, Func<int, string> path, double rate, int count)
    {
        var latencies = new ConcurrentBag<double>();
        var running = new List<Task>(count);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate);
            if (due - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait) await Task.Delay(wait);
            running.Add(SendAsync(path(i), due));
        }

        await Task.WhenAll(running);
        return [.. latencies.Order()];

        async Task SendAsync(string target, TimeSpan due)
        {
            using var answer = await client.GetAsync(new Uri(target, UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            latencies.Add((Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds);
        }
    }
}

/// <summary>Generates load with wrk: lookups of random users over 32 connections, as fast as the server answers.</summary>
internal sealed partial class Wrk : IDisposable
{
    private const int Connections = 32;

    private readonly string _script = Path.GetTempFileName();

    /// <param name="users">Number of planted users.</param>
    public Wrk(int users) => File.WriteAllText(_script, $$"""
        wrk.headers["X-API-Key"] = "{{ServiceProcess.Key}}"
        request = function()
          return wrk.format("GET", string.format("/users/user-%06d/cluster", math.random(0, {{users - 1}})))
        end
        """);

    /// <summary>Runs the load against a server.</summary>
    /// <param name="address">Address of the server.</param>
    /// <param name="seconds">Duration.</param>
    public Load Run(Uri address, int seconds = 6)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", "-s", _script, address.ToString()])
        {
            RedirectStandardOutput = true,
        };
        using var wrk = Process.Start(start)!;
        string output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (output.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException($"wrk reports errors:\n{output}");
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

/// <param name="Rate">Requests per second.</param>
/// <param name="P99">99th percentile of the latency in milliseconds.</param>
internal readonly record struct Load(double Rate, double P99);
