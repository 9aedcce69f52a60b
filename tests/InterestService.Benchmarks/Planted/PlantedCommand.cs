using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using InterestService.Harness;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Options;

namespace InterestService.Benchmarks.Planted;

/// <summary>Measures how well the pipeline recovers planted interests, by encoder and algorithm against an oracle.</summary>
internal static class PlantedCommand
{
    public static Command Create()
    {
        var encoders = Commands.CreateOption("--encoders", "Encoders, separated by commas.", "svd,lda,autoencoder");
        var algorithms = Commands.CreateOption("--algorithms", "Algorithms, separated by commas.", "kmeans,agglomerative");
        var defaults = new PlantedInterestsOptions();
        var users = Commands.CreateOption("--users", "Number of users.", defaults.Users);
        var items = Commands.CreateOption("--items", "Number of items, a multiple of the interests.", defaults.Items);
        var events = Commands.CreateOption("--events", "Number of events.", defaults.Events);
        var interests = Commands.CreateOption("--interests", "Number of planted interests and of clusters.", defaults.Interests);
        var parameters = Commands.CreateOption("--parameters", "Parameters of the requests, NAME=NUMBER, separated by commas.", "");
        var seed = Commands.CreateOption("--seed", "Seed for the events and the pipeline.", defaults.Seed);
        var threads = Commands.CreateOption("--threads", "Maximum number of threads.", Environment.ProcessorCount);
        var command = new Command("planted", "Measure the quality on generated events with planted interests.")
        {
            encoders, algorithms, users, items, events, interests, parameters, seed, threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var planted = PlantedInterests.Generate(new PlantedInterestsOptions
            {
                Users = parsed.GetValue(users),
                Items = parsed.GetValue(items),
                Events = parsed.GetValue(events),
                Interests = parsed.GetValue(interests),
                Seed = parsed.GetValue(seed),
            });
            var log = planted.Log;
            Console.WriteLine(
                $"{log.UserIds.Length} users, {log.ItemIds.Length} items, {log.EventCount} events; oracle {planted.Oracle():F3}");
            Console.WriteLine($"{"encoder",-12} {"algorithm",-14} {"users",7} {"ARI kept",8} {"ARI all",8} {"encode s",9} {"cluster s",9}");
            foreach (string encoder in parsed.GetValue(encoders)!.Split(','))
                foreach (string algorithm in parsed.GetValue(algorithms)!.Split(','))
                {
                    var pipeline = new PipelineOptions
                    {
                        Encoder = encoder,
                        Algorithm = algorithm,
                        Clusters = parsed.GetValue(interests),
                        Seed = parsed.GetValue(seed),
                        Threads = parsed.GetValue(threads),
                        Parameters = Parameters(parsed.GetValue(parameters)!),
                        // Keeps all users, even those whose only item no other user has.
                        Cleaning = new CleaningOptions { MinimumItemUsers = 1 },
                    };
                    Run(planted, pipeline, cancellation);
                }

            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Reads NAME=VALUE pairs, separated by commas; a value is a JSON number or Boolean.</summary>
    private static OptionValues Parameters(string pairs) => pairs.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Aggregate(OptionValues.None, (values, pair) => values.With(pair[0], JsonNode.Parse(pair[1])));

    private static void Run(PlantedInterests planted, PipelineOptions options, CancellationToken cancellation)
    {
        var seconds = new double[Enum.GetValues<PipelineStage>().Length];
        var (watch, running) = (Stopwatch.StartNew(), PipelineStage.Load);
        // A run disposes its log, and the planted log is used again.
        var copy = planted.Log with { Items = [.. planted.Log.Items], Types = [.. planted.Log.Types], Times = [.. planted.Log.Times] };
        var result = InterestPipeline.Run(copy, ReferenceData.Empty, options, progress => Switch(progress.Stage), cancellation);

        var labels = result.UserIds.Zip(result.Partition.Nearest).ToDictionary(pair => pair.First, pair => pair.Second);
        // Users without a cluster form a group of their own.
        int[] all = [.. planted.Log.UserIds.Select(id => labels.GetValueOrDefault(id, -1))];
        int[] kept = [.. Enumerable.Range(0, all.Length).Where(user => all[user] >= 0)];
        double keptIndex = AdjustedRandIndex.Compute(
            [.. kept.Select(user => planted.MainInterests[user])], [.. kept.Select(user => all[user])]);
        double allIndex = AdjustedRandIndex.Compute(planted.MainInterests, all);
        Console.WriteLine(
            $"{options.Encoder,-12} {options.Algorithm,-14} {kept.Length,7} {keptIndex,8:F3} {allIndex,8:F3} "
            + $"{seconds[(int)PipelineStage.Encode],9:F1} {seconds[(int)PipelineStage.Cluster],9:F1}");
        var mains = planted.Log.UserIds.Zip(planted.MainInterests).ToDictionary(pair => pair.First, pair => pair.Second);
        var reliability = Reliability.Compute(
            result.Memberships.FirstClusters, result.Memberships.FirstProbabilities, [.. result.UserIds.Select(id => mains[id])]);
        foreach (var bin in reliability.Bins)
            Console.WriteLine($"    stated {bin.Stated:F3}  observed {bin.Observed:F3}  users {bin.Users}");
        Console.WriteLine($"    expected calibration error {reliability.ExpectedCalibrationError:F3}");

        void Switch(PipelineStage stage)
        {
            seconds[(int)running] += watch.Elapsed.TotalSeconds;
            watch.Restart();
            running = stage;
        }
    }
}
