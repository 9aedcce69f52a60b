using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;
using InterestService.Pipeline.Evaluation.Agreement;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>One run from the first uploaded byte to the published clustering.</summary>
internal static class WholeRun
{
    public const int Clusters = 20;

    private const int LookupBatch = 1000;

    /// <summary>Generates events; the numbers of users and items are proportional to that of the events.</summary>
    /// <param name="events">Number of events.</param>
    /// <param name="userEvents">Mean number of events of a user.</param>
    public static PlantedInterests Generate(int events, int userEvents = 20) => PlantedInterests.Generate(
        new PlantedInterestsOptions { Events = events, Users = events / userEvents, Items = events / 50 / Clusters * Clusters });

    /// <summary>Uploads and clusters the events in a service of its own.</summary>
    /// <param name="planted">Events and their interests.</param>
    /// <param name="csv">The events as a gzipped file.</param>
    /// <param name="request">Body of the request of the clustering.</param>
    /// <returns>The time with the adjusted Rand index, and the peak memory of the service in bytes.</returns>
    public static async Task<(Measurement Measurement, long PeakMemory)> RunAsync(PlantedInterests planted, string csv, object request)
    {
        await using var service = await ServiceProcess.StartAsync();
        var watch = Stopwatch.StartNew();
        await service.UploadAsync(csv, "text/csv", "gzip");
        double uploaded = watch.Elapsed.TotalSeconds;
        await service.ClusterAsync(request);
        double seconds = watch.Elapsed.TotalSeconds;
        long peak = service.Memory.Peak;
        long stored = await service.ReadAsync<long>("SELECT pg_database_size(current_database())");
        AnsiConsole.MarkupLineInterpolated($"[grey]upload {uploaded:F1} s, clustering {seconds - uploaded:F1} s, peak {peak / 1e6:F0} MB, database {stored / 1e6:F0} MB[/]");
        return (new Measurement(seconds, AdjustedRandIndex.Compute(planted.MainInterests, await LabelsAsync(service, planted.Log.UserIds))), peak);
    }

    /// <summary>Creates a request for as many clusters as there are interests.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="epochs">Maximum number of epochs; null: the encoder's own.</param>
    /// <param name="trainingUsers">How many users train; 0: all.</param>
    public static object Request(string encoder, int? epochs = null, int trainingUsers = 0) =>
        new { encoder, algorithm = "kmeans", clusters = Clusters, seed = 1, parameters = new { minimumItemUsers = 1, epochs, trainingUsers } };

    /// <returns>The cluster of each user, or -1.</returns>
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
}
