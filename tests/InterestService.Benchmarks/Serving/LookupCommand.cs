using System.Diagnostics;
using System.Globalization;
using InterestService.Benchmarks.Harness;
using InterestService.EmbeddedPostgres;
using InterestService.Harness;
using Npgsql;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures lookups of random users against bare Kestrel and FastAPI, and the time from a restart to the first answer.</summary>
internal static class LookupCommand
{
    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the published clustering.", 1_000_000);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var python = Commands.CreateOption("--fastapi", "Whether to measure FastAPI, too.", true);
        var command = new Command("lookup", "Measure GET /users/{id}/cluster against bare Kestrel and FastAPI.") { users, pairs, python };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(pairs), parsed.GetValue(python)));
        return command;
    }

    private static async Task<int> RunAsync(int users, int pairs, bool python)
    {
        await using var service = await ServiceProcess.StartAsync();
        await PublishedUsers.PrepareAsync(service, users);

        double start = await StartAsync(service);
        AnsiConsole.MarkupLineInterpolated($"Start to first answer with {users:N0} users: {start:F2} s (goal: under 3). Memory {service.Memory.Resident >> 20} MB.");

        string body = Path.GetTempFileName();
        await File.WriteAllBytesAsync(body, await service.Client.GetByteArrayAsync(new Uri("/users/user-000001/cluster", UriKind.Relative)));
        int barePort = FreePort.Next(), pythonPort = FreePort.Next();
        using var bare = Process.Start("dotnet", [Environment.GetCommandLineArgs()[0], BareKestrel.Name, "--port", Text(barePort), "--body", body]);
        using var peer = python ? StartPython(service, pythonPort) : null;
        await Task.Delay(TimeSpan.FromSeconds(3));
        try
        {
            using var wrk = new Wrk(users);
            var loads = new List<(Load Ours, Load Bare, Load? Python)>();
            for (int pair = 0; pair <= pairs; pair++)
            {
                var ours = wrk.Run(service.Address);
                var limit = wrk.Run(new Uri($"http://127.0.0.1:{barePort}"));
                Load? other = python ? wrk.Run(new Uri($"http://127.0.0.1:{pythonPort}"), seconds: 3) : null;
                AnsiConsole.MarkupLineInterpolated(
                    $"[grey]{(pair == 0 ? "warm-up" : $"pair {pair}"),-8} {ours.Rate:F0}/s, p99 {ours.P99:F2} ms; bare {limit.Rate:F0}/s, p99 {limit.P99:F2} ms; FastAPI {other?.Rate:F0}/s[/]");
                if (pair > 0) loads.Add((ours, limit, other));
            }

            double relativeToBare = Duel.Median(loads.Select(l => l.Ours.Rate / l.Bare.Rate));
            double p99 = Duel.Median(loads.Select(l => l.Ours.P99));
            double relativeToPython = python ? Duel.Median(loads.Select(l => l.Ours.Rate / l.Python!.Value.Rate)) : double.NaN;
            var table = new Table { Border = TableBorder.Rounded };
            table.AddColumns("lookups", "measured", "goal");
            table.AddRow("requests/s", Median(l => l.Ours.Rate), "");
            table.AddRow("relative to bare Kestrel", relativeToBare.ToText("F2"), ".85 or more");
            table.AddRow("p99", $"{p99.ToText("F2")} ms (bare: {Duel.Median(loads.Select(l => l.Bare.P99)).ToText("F2")} ms)", "under 3 ms");
            table.AddRow("relative to FastAPI", relativeToPython.ToText("F0"), "20 or more");
            AnsiConsole.Write(table);
            return relativeToBare >= .85 && p99 < 3 && start < 3 && !(relativeToPython < 20) ? 0 : 1;

            string Median(Func<(Load Ours, Load Bare, Load? Python), double> value) =>
                Duel.Median(loads.Select(value)).ToText("F0");
        }
        finally
        {
            bare.Kill();
            peer?.Kill(entireProcessTree: true);
            File.Delete(body);
        }
    }

    /// <returns>Seconds from the start of the process to the first answer.</returns>
    private static async Task<double> StartAsync(ServiceProcess service)
    {
        await service.StopServiceAsync();
        var watch = Stopwatch.StartNew();
        await service.StartServiceAsync();
        using var answer = await service.Client.GetAsync(new Uri("/users/user-000001/cluster", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        return watch.Elapsed.TotalSeconds;
    }

    private static Process StartPython(ServiceProcess service, int port)
    {
        var connection = new NpgsqlConnectionStringBuilder(service.ConnectionString);
        var start = new ProcessStartInfo("/usr/bin/python3", ["-m", "uvicorn", "--app-dir", Path.Combine(AppContext.BaseDirectory, "peers"), "--port", Text(port), "--log-level", "warning", "lookup:app"]);
        start.Environment["DSN"] =
            $"host={connection.Host} port={connection.Port} user={connection.Username} password={connection.Password} dbname={connection.Database}";
        start.Environment["API_KEY"] = ServiceProcess.Key;
        return Process.Start(start)!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
