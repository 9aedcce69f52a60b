using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using InterestService.Harness;

namespace InterestService.Endurance;

/// <summary>Calls of a service that may die during the call.</summary>
internal static class Calls
{
    /// <summary>Makes a call.</summary>
    /// <returns>Status and body; null when the connection broke before the answer was complete.</returns>
    public static async Task<(HttpStatusCode Status, JsonNode? Body)?> TryCallAsync(this ServiceProcess service, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        try
        {
            using var answer = await service.Client.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();
            return (answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The client asks a new connection for its other end, which throws an exception of the socket when that has just died.
            return null;
        }
    }

    /// <summary>Makes a call that must succeed.</summary>
    public static async Task<JsonNode?> CallAsync(this ServiceProcess service, HttpMethod method, string path, object? body = null) =>
        await service.TryCallAsync(method, path, body) switch
        {
            ( >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices, var answer) => answer,
            null => throw new InvalidOperationException($"{method} {path}: no answer."),
            var (status, answer) => throw new InvalidOperationException($"{method} {path}: {(int)status} {answer}"),
        };

    /// <summary>Looks users up, about 80 times a second.</summary>
    /// <param name="service">The service.</param>
    /// <param name="interest">Interest of the users; see <see cref="PlantedUsers"/>.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="over">Ends the lookups.</param>
    /// <returns>Time of the slowest of 99 % of the lookups, in milliseconds, and how many failed.</returns>
    /// <remarks>On a thread of its own: what else this process does would keep a lookup waiting that the service has answered.</remarks>
    public static Task<(double Slow, int Failed)> LookUpAsync(this ServiceProcess service, string interest, int users, CancellationToken over) => Task.Factory.StartNew(
        () =>
        {
            using var client = new HttpClient { BaseAddress = service.Address };
            var times = new List<double>();
            int failed = 0;
            do
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/users/{interest}-{times.Count % users}/cluster") { Headers = { { "X-API-Key", ServiceProcess.Key } } };
                long started = Stopwatch.GetTimestamp();
                if (!Succeeds(client, request)) failed++;
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Thread.Sleep(10);
            }
            while (!over.IsCancellationRequested);
            return (times.Order().ElementAt(times.Count * 99 / 100), failed);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Succeeds(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            using var answer = client.Send(request);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <returns>False when it did not within the time.</returns>
    public static async Task<bool> UntilAsync(Func<Task<bool>> holds, TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!await holds())
        {
            if (Environment.TickCount64 > end) return false;
            await Task.Delay(50);
        }

        return true;
    }
}
