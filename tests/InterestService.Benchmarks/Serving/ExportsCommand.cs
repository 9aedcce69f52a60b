using System.CommandLine;
using System.Diagnostics;
using InterestService.Benchmarks.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures the exports of a clustering in every format: time, size, and how much the memory of the service grows.</summary>
internal static class ExportsCommand
{
    private const double GoalSeconds = 10;
    private const long GoalBytes = 200 * MegaByte;
    private const long MegaByte = 1 << 20;

    private static readonly string[] _formats =
        ["application/x-ndjson", "text/csv", "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"];

    public static Command Create()
    {
        var users = CommandLine.CreateOption("--users", "Number of users of the clustering.", 1_000_000);
        var runs = CommandLine.CreateOption("--runs", "Number of exports of each table and format.", 3);
        var command = new Command("exports", "Measure the exports of a clustering in every format.") { users, runs };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(runs)));
        return command;
    }

    private static async Task<int> RunAsync(int users, int runs)
    {
        await using var service = await ServiceProcess.StartAsync();
        string id = await PublishedUsers.PrepareAsync(service, users);
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns($"{users:N0} users", "format", "seconds", "MB", "memory grew by, MB");
        bool met = true;
        foreach (string rows in new[] { "assignments", "clusters", "interests" })
        {
            foreach (string format in _formats)
            {
                long before = service.Memory.Resident, bytes = 0;
                service.Memory.ResetPeak();
                var seconds = new List<double>();
                // Interests are found in the events while they are sent, which takes longer.
                for (int run = 0; run < (rows == "interests" ? 1 : runs); run++)
                {
                    var watch = Stopwatch.StartNew();
                    bytes = await ReadAsync(service, $"/clusterings/{id}/{rows}", format);
                    seconds.Add(watch.Elapsed.TotalSeconds);
                }

                long grew = service.Memory.Peak - before;
                table.AddRow(rows, format, Duel.Median(seconds).ToText("F2"), ((double)bytes / MegaByte).ToText("F1"), ((double)grew / MegaByte).ToText("F0"));
                met &= grew < GoalBytes && (rows == "interests" || Duel.Median(seconds) < GoalSeconds);
            }
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"Goals: under {GoalSeconds} s but for interests, memory under {GoalBytes / MegaByte} MB.");
        return met ? 0 : 1;
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
