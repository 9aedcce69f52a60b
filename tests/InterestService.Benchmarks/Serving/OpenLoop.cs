using System.Collections.Concurrent;
using System.Diagnostics;

namespace InterestService.Benchmarks.Serving;

/// <summary>Requests at a fixed rate, however long the answers take: a slow answer does not hold back the next request and hide its wait.</summary>
internal static class OpenLoop
{
    /// <param name="client">Sends them.</param>
    /// <param name="path">Of the request of a number.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">How many.</param>
    /// <returns>The latencies in ascending order, milliseconds, from when a request was due.</returns>
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
