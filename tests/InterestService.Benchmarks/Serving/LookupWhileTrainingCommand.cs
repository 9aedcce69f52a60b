using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.Benchmarks.Harness;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>
/// Measures lookups while the same process trains a network, beside those while it does nothing else, and those while empty loops of the same
/// priority occupy every processor: what any load costs that yields to lookups at once.
/// </summary>
internal static class LookupWhileTrainingCommand
{
    private const double Goal = 1.5;

    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the published clustering.", 20_000);
        var encoder = Commands.CreateOption("--encoder", "The network that is trained.", "transformer");
        var rate = Commands.CreateOption("--rate", "Lookups per second.", 500);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var seconds = Commands.CreateOption("--seconds", "Duration of a run.", 10);
        var command = new Command("lookup-training", "Measure the latency of GET /users/{id}/cluster while a network is trained.") { users, encoder, rate, pairs, seconds };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(users), parsed.GetValue(encoder)!, parsed.GetValue(rate), parsed.GetValue(pairs), parsed.GetValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(int users, string encoder, int rate, int pairs, int seconds)
    {
        await using var service = await ServiceProcess.StartAsync();
        await PublishedUsers.PrepareAsync(service, users);
        var random = new Random(1);
        await MeasureAsync(); // a warm-up
        var runs = new List<(Latency Idle, Latency Loops, Latency Training)>();
        for (int pair = 1; pair <= pairs; pair++)
        {
            var idle = await MeasureAsync();
            var loops = await WhileLoopsRunAsync(MeasureAsync);
            var training = await WhileTrainingAsync(service, encoder, MeasureAsync);
            AnsiConsole.MarkupLineInterpolated($"[grey]pair {pair}: idle {idle}; empty loops {loops}; training {training}[/]");
            runs.Add((idle, loops, training));
        }

        double ratio = Ratio(run => run.Training), floor = Ratio(run => run.Loops);
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns($"lookups at {rate}/s, {users:N0} users", "idle", "empty loops", $"{encoder} trains");
        table.AddRow("median", Milliseconds(run => run.Idle.Median), Milliseconds(run => run.Loops.Median), Milliseconds(run => run.Training.Median));
        table.AddRow("p99", Milliseconds(run => run.Idle.P99), Milliseconds(run => run.Loops.P99), Milliseconds(run => run.Training.P99));
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"p99 relative to idle: {ratio.ToText("F2")} (goal: {Goal.ToText("F1")} or less); with empty loops {floor.ToText("F2")}");
        return ratio <= Goal ? 0 : 1;

        double Ratio(Func<(Latency Idle, Latency Loops, Latency Training), Latency> side) =>
            Duel.Median(runs.Select(run => side(run).P99)) / Duel.Median(runs.Select(run => run.Idle.P99));

        string Milliseconds(Func<(Latency Idle, Latency Loops, Latency Training), double> value) => $"{Duel.Median(runs.Select(value)).ToText("F2")} ms";

        async Task<Latency> MeasureAsync()
        {
            double[] latencies = await OpenLoop.RunAsync(service.Client, _ => $"/users/user-{random.Next(users):D6}/cluster", rate, rate * seconds);
            return new Latency(latencies[latencies.Length / 2], latencies[(int)(latencies.Length * .99)]);
        }
    }

    /// <summary>Measures while a loop that does nothing runs on every processor, at the priority of training (SCHED_IDLE).</summary>
    private static async Task<Latency> WhileLoopsRunAsync(Func<Task<Latency>> measure)
    {
        Process[] loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("chrt", ["-i", "0", "sh", "-c", "while :; do :; done"]))];
        try
        {
            return await measure();
        }
        finally
        {
            foreach (var loop in loops)
            {
                loop.Kill();
                loop.Dispose();
            }
        }
    }

    /// <summary>Measures while a training runs that lasts longer, and cancels it.</summary>
    private static async Task<Latency> WhileTrainingAsync(ServiceProcess service, string encoder, Func<Task<Latency>> measure)
    {
        var request = new { encoder, algorithm = "kmeans", clusters = 20, parameters = new { minimumItemUsers = 1, epochs = 10_000 } };
        using var started = await service.Client.PostAsJsonAsync(new Uri("/clusterings", UriKind.Relative), request);
        started.EnsureSuccessStatusCode();
        var clustering = started.Headers.Location!;
        await UntilAsync(job => (string?)job["stage"] == "encode");
        var latency = await measure();
        if ((string?)(await ReadAsync())["stage"] != "encode") throw new InvalidOperationException("The training ended during the measurement.");
        using (var cancelled = await service.Client.DeleteAsync(clustering)) cancelled.EnsureSuccessStatusCode();
        await UntilAsync(job => (string?)job["state"] == "canceled");
        return latency;

        async Task UntilAsync(Predicate<JsonNode> reached)
        {
            while (!reached(await ReadAsync())) await Task.Delay(100);
        }

        async Task<JsonNode> ReadAsync() => (await service.Client.GetFromJsonAsync<JsonNode>(clustering))!;
    }

    /// <summary>Latency in milliseconds.</summary>
    private readonly record struct Latency(double Median, double P99)
    {
        public override string ToString() => $"median {Median.ToText("F2")} ms, p99 {P99.ToText("F2")} ms";
    }
}
