using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>
/// Measures how the steps over the users who did not train are shared by workers. More workers than the machine has processors are simulated:
/// each stands still for most of the time, as SIGSTOP and SIGCONT make it.
/// </summary>
internal static class ShardsCommand
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(400);

    public static Command Create()
    {
        var events = Commands.CreateOption("--events", "Number of events.", 2_000_000);
        var trainingUsers = Commands.CreateOption("--training-users", "How many of the users train.", 20_000);
        var shardUsers = Commands.CreateOption("--shard-users", "Users of a shard.", 2500);
        var workers = Commands.CreateOption("--workers", "Largest number of workers.", 2);
        var slowness = Commands.CreateOption("--slowness", "Each worker runs for this part of the time: one in so many periods.", 1);
        var command = new Command("shards", "Measure how workers share the steps over many users.") { events, trainingUsers, shardUsers, workers, slowness };
        command.SetAction((parsed, _) => MeasureAsync(
            parsed.GetValue(events), parsed.GetValue(trainingUsers), parsed.GetValue(shardUsers), parsed.GetValue(workers), parsed.GetValue(slowness)));
        return command;
    }

    private static async Task<int> MeasureAsync(int events, int trainingUsers, int shardUsers, int workers, int slowness)
    {
        var planted = WholeRun.Generate(events);
        string csv = PlantedFiles.WriteCsv(planted.Log);
        await using var api = await ServiceProcess.StartAsync(new() { ["InterestService__Role"] = "api" });
        await api.UploadAsync(csv, "text/csv", "gzip");
        File.Delete(csv);
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("workers", "shards", "seconds of the steps", "speed-up", "efficiency");
        double alone = 0;
        foreach (int count in new[] { 1, workers })
        {
            var pool = new List<ServiceProcess>();
            for (int i = 0; i < count; i++)
            {
                pool.Add(await api.JoinAsync(new()
                {
                    ["InterestService__Role"] = "worker",
                    ["InterestService__Threads"] = "1",
                    ["InterestService__JobPriority"] = "normal",
                    ["InterestService__ShardUsers"] = $"{shardUsers}",
                }));
            }

            await AssignAsync(api, pool, trainingUsers, slowness: 1); // compiles the code and opens the connections of each worker
            double seconds = await AssignAsync(api, pool, trainingUsers, slowness);
            foreach (var worker in pool) await worker.DisposeAsync();
            if (count == 1) alone = seconds;
            double speedup = alone / seconds;
            table.AddRow(
                ((double)count).ToText("F0"), ((double)(planted.Log.UserIds.Length - trainingUsers) / shardUsers).ToText("F0"),
                seconds.ToText("F1"), speedup.ToText("F2"), (speedup / count).ToText("F2"));
        }

        AnsiConsole.Write(table);
        return 0;
    }

    /// <returns>Seconds from the end of the training to that of the clustering.</returns>
    private static async Task<double> AssignAsync(ServiceProcess api, List<ServiceProcess> workers, int trainingUsers, int slowness)
    {
        using var started = await api.Client.PostAsJsonAsync(
            new Uri("/clusterings", UriKind.Relative), new { clusters = WholeRun.Clusters, parameters = new { minimumItemUsers = 1, trainingUsers } });
        started.EnsureSuccessStatusCode();
        var location = started.Headers.Location!;
        while (await api.ReadAsync<long>("SELECT count(*) FROM clustering_shards") == 0) await EndIfFailedAsync(api, location);
        var watch = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var slowed = slowness > 1 ? workers.Select((worker, at) => SlowAsync(worker, at, slowness, over.Token)).ToArray() : [];
        while (await api.ReadAsync<long>("SELECT count(*) FROM sharded_clusterings") > 0) await EndIfFailedAsync(api, location);
        double seconds = watch.Elapsed.TotalSeconds;
        await over.CancelAsync();
        await Task.WhenAll(slowed);
        while ((string?)(await api.Client.GetFromJsonAsync<JsonNode>(location))!["state"] != "succeeded") await EndIfFailedAsync(api, location);
        return seconds;
    }

    private static async Task EndIfFailedAsync(ServiceProcess api, Uri location)
    {
        var clustering = (await api.Client.GetFromJsonAsync<JsonNode>(location))!;
        if ((string?)clustering["state"] is "failed" or "canceled") throw new InvalidOperationException($"The clustering did not succeed: {clustering}");
        await Task.Delay(20);
    }

    /// <summary>Lets a worker run in one of several periods, each worker in another one as far as possible.</summary>
    private static async Task SlowAsync(ServiceProcess worker, int at, int slowness, CancellationToken over)
    {
        await worker.SignalAsync("STOP");
        try
        {
            await Task.Delay(_period * (at % slowness), over);
            while (true)
            {
                await worker.SignalAsync("CONT");
                await Task.Delay(_period, over);
                await worker.SignalAsync("STOP");
                await Task.Delay(_period * (slowness - 1), over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            await worker.SignalAsync("CONT");
        }
    }
}
