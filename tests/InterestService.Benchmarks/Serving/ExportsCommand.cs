using System.CommandLine;
using System.Diagnostics;
using InterestService.Benchmarks.Harness;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures the exports of a clustering in every format: time, size, and how much the memory of the service grows.</summary>
internal static class ExportsCommand
{
    private const double GoalSeconds = 10;
    private const long GoalBytes = 200 * MegaByte;
    private const long MegaByte = 1 << 20;

    /// <summary>Users that are clustered; the others are copies of them.</summary>
    private const int ClusteredUsers = 50_000;

    private static readonly string[] _formats =
        ["application/x-ndjson", "text/csv", "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"];

    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the clustering, in steps of 50,000; each has three events on average.", 1_000_000);
        var runs = Commands.CreateOption("--runs", "Number of exports of each table and format.", 3);
        var tables = new Option<string[]>("--tables")
        {
            Description = "The tables.",
            DefaultValueFactory = _ => ["assignments", "clusters", "interests"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("exports", "Measure the exports of a clustering in every format.") { users, runs, tables };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(runs), parsed.GetValue(tables)!));
        return command;
    }

    private static async Task<int> RunAsync(int users, int runs, string[] tables)
    {
        await using var service = await ServiceProcess.StartAsync();
        string id = await PrepareAsync(service, users);
        bool met = true;
        foreach (string table in tables)
        {
            foreach (string format in _formats)
            {
                long before = service.Memory.Resident, bytes = 0;
                service.Memory.ResetPeak();
                var seconds = new List<double>();
                for (int run = 0; run < runs; run++)
                {
                    var watch = Stopwatch.StartNew();
                    bytes = await ReadAsync(service, $"/clusterings/{id}/{table}", format);
                    seconds.Add(watch.Elapsed.TotalSeconds);
                }

                long grew = service.Memory.Peak - before;
                double median = Duel.Median(seconds);
                AnsiConsole.MarkupLineInterpolated(
                    $"{table} of {users:N0} users, {format}: {median:F2} s, {(double)bytes / MegaByte:F1} MB; memory grew by {(double)grew / MegaByte:F0} MB");
                met &= grew < GoalBytes && median < GoalSeconds;
            }
        }

        AnsiConsole.MarkupLineInterpolated($"Goals: under {GoalSeconds} s, memory grows by under {GoalBytes / MegaByte} MB: {(met ? "met" : "missed")}.");
        return met ? 0 : 1;
    }

    /// <returns>The id of the clustering.</returns>
    private static async Task<string> PrepareAsync(ServiceProcess service, int users)
    {
        string id = await PublishedUsers.PrepareAsync(service, Math.Min(users, ClusteredUsers));
        string copies = $"generate_series(2, {users / ClusteredUsers}) AS copy";
        await service.ExecuteAsync($"""
            INSERT INTO assignments (user_id, clustering_id, cluster_number, noise, strength, distance, memberships, vector)
            SELECT user_id || '-' || copy, clustering_id, cluster_number, noise, strength, distance, memberships, vector FROM assignments, {copies};
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type)
            SELECT user_id || '-' || copy, occurred_at, event_key, arrival, item_id, event_type FROM events, {copies};
            """);
        await service.ExecuteAsync("VACUUM ANALYZE");
        return id;
    }

    private static async Task<long> ReadAsync(ServiceProcess service, string path, string format)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", format } } };
        using var answer = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;) bytes += read;
        return bytes;
    }
}
