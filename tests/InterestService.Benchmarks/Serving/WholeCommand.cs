using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;
using InterestService.Pipeline.Evaluation.Agreement;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>From the first uploaded byte to the published clustering, beside the usual Python; and how time and memory grow with the events.</summary>
internal static class WholeCommand
{
    private const int Clusters = 20;
    private const int LookupBatch = 1000;
    private const double MaxExponent = 1.1;

    public static Command Create()
    {
        var encoder = Options.Of("--encoder", "How users become vectors.", "lda");
        var events = Options.Of("--events", "Events to upload.", 1_000_000);
        var pairs = Options.Of("--pairs", "Runs of each side.", 5);
        var command = new Command("whole", "Upload to published clustering beside pandas, PyTorch and scikit-learn.") { encoder, events, pairs };
        command.SetAction((parsed, _) => DuelAsync(parsed.GetValue(encoder)!, parsed.GetValue(events), parsed.GetValue(pairs)));
        return command;
    }

    public static Command CreateGrowth()
    {
        var encoder = Options.Of("--encoder", "How users become vectors.", "lda");
        var most = Options.Of("--most", "Most events; the others are a half, a quarter ... of them.", 8_000_000);
        var steps = Options.Of("--steps", "How many sizes.", 5);
        var command = new Command("growth", "Time and memory of the whole as the events grow.") { encoder, most, steps };
        command.SetAction((parsed, _) => GrowAsync(parsed.GetValue(encoder)!, parsed.GetValue(most), parsed.GetValue(steps)));
        return command;
    }

    private static async Task<int> DuelAsync(string encoder, int events, int pairs)
    {
        var planted = Generate(events);
        string csv = PlantedFiles.WriteCsv(planted.Log), groups = Path.GetTempFileName();
        await File.WriteAllBytesAsync(groups, MemoryMarshal.AsBytes(planted.MainInterests.AsSpan()).ToArray());
        using var peer = Peer.Start("whole.py", csv, groups, Clusters);
        var duel = new Duel($"{planted.Log.EventCount:N0} events, upload to published clusters ({encoder}), and ARI", "ours", "pandas, PyTorch, scikit-learn", .2) { Pairs = pairs };
        int status = duel.Run(() => RunAsync(planted, csv, encoder).Result.Measurement, peer.Run);
        File.Delete(csv);
        File.Delete(groups);
        return status;
    }

    private static async Task<int> GrowAsync(string encoder, int most, int steps)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("events", "seconds", "grows as events^", "peak memory, MB", "allowed, MB", "ARI");
        var sizes = new List<(double Events, double Seconds)>();
        bool met = true;
        for (int step = steps - 1; step >= 0; step--)
        {
            var planted = Generate(most >> step);
            string csv = PlantedFiles.WriteCsv(planted.Log);
            var (measurement, peak) = await RunAsync(planted, csv, encoder);
            File.Delete(csv);
            int events = planted.Log.EventCount;
            sizes.Add((events, measurement.Seconds));
            double allowed = 300 + (100e-6 * events);
            table.AddRow(
                events.ToString("N0", CultureInfo.InvariantCulture), Text(measurement.Seconds, "F1"), sizes.Count > 1 ? Text(Exponent(sizes[^2..]), "F2") : "",
                Text(peak / 1e6, "F0"), Text(allowed, "F0"), Text(measurement.Quality!.Value, "F3"));
            AnsiConsole.MarkupLineInterpolated($"[grey]{events:N0} events: {measurement.Seconds:F1} s, {peak / 1e6:F0} MB[/]");
            met &= peak / 1e6 < allowed;
        }

        AnsiConsole.Write(table);
        if (sizes.Count > 1)
        {
            double exponent = Exponent(sizes);
            met &= exponent <= MaxExponent;
            AnsiConsole.MarkupLineInterpolated($"Over all sizes time grows as events^{Text(exponent, "F2")} (goal: {MaxExponent} or less).");
        }

        return met ? 0 : 1;
    }

    /// <summary>Slope of the least-squares line through the logarithms.</summary>
    private static double Exponent(List<(double Events, double Seconds)> sizes)
    {
        double x = sizes.Average(size => Math.Log(size.Events)), y = sizes.Average(size => Math.Log(size.Seconds));
        return sizes.Sum(size => (Math.Log(size.Events) - x) * (Math.Log(size.Seconds) - y)) / sizes.Sum(size => Math.Pow(Math.Log(size.Events) - x, 2));
    }

    /// <summary>Users and items grow with the events.</summary>
    private static PlantedInterests Generate(int events) => PlantedInterests.Generate(
        new PlantedInterestsOptions { Events = events, Users = events / 20, Items = events / 50 / Clusters * Clusters });

    private static async Task<(Measurement Measurement, long PeakMemory)> RunAsync(PlantedInterests planted, string csv, string encoder)
    {
        await using var service = await ServiceProcess.StartAsync();
        var watch = Stopwatch.StartNew();
        await service.UploadAsync(csv, "text/csv", "gzip");
        double uploaded = watch.Elapsed.TotalSeconds;
        await service.ClusterAsync(new { encoder, algorithm = "kmeans", clusters = Clusters, seed = 1, parameters = new { minimumItemUsers = 1 } });
        double seconds = watch.Elapsed.TotalSeconds;
        long peak = service.Memory.Peak;
        AnsiConsole.MarkupLineInterpolated($"[grey]upload {uploaded:F1} s, clustering {seconds - uploaded:F1} s, peak {peak / 1e6:F0} MB[/]");
        return (new Measurement(seconds, AdjustedRandIndex.Compute(planted.MainInterests, await LabelsAsync(service, planted.Log.UserIds))), peak);
    }

    /// <returns>The cluster of each user; -1: none.</returns>
    private static async Task<int[]> LabelsAsync(ServiceProcess service, string[] users)
    {
        var found = new Dictionary<string, int>();
        foreach (string[] batch in users.Chunk(LookupBatch))
        {
            using var answer = await service.Client.PostAsJsonAsync(new Uri("/users/clusters", UriKind.Relative), new { userIds = batch });
            foreach (var user in (await answer.Content.ReadFromJsonAsync<JsonNode>())!["found"]!.AsArray())
                found[user!["userId"]!.GetValue<string>()] = user["clusterId"]!.GetValue<int>();
        }

        return [.. users.Select(user => found.GetValueOrDefault(user, -1))];
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
