using System.CommandLine;
using System.Diagnostics;
using InterestService.Benchmarks.Harness;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation.Agreement;

namespace InterestService.Benchmarks.Planted;

/// <summary>How well the pipeline finds planted interests again, by encoder and algorithm, beside an oracle.</summary>
internal static class PlantedCommand
{
    public static Command Create()
    {
        var encoders = Options.Of("--encoders", "Comma-separated.", "svd,lda,autoencoder");
        var algorithms = Options.Of("--algorithms", "Comma-separated.", "kmeans,agglomerative");
        var defaults = new PlantedInterestsOptions();
        var users = Options.Of("--users", "Users to generate.", defaults.Users);
        var items = Options.Of("--items", "Items to generate, a multiple of the interests.", defaults.Items);
        var events = Options.Of("--events", "Events to generate.", defaults.Events);
        var interests = Options.Of("--interests", "Interests to plant, and clusters to ask for.", defaults.Interests);
        var dimensions = Options.Of("--dimensions", "Length of the user vectors.", new EncoderOptions().Dimensions);
        var seed = Options.Of("--seed", "Of the events and of the pipeline.", defaults.Seed);
        var threads = Options.Of("--threads", "Most threads.", Environment.ProcessorCount);
        var command = new Command("planted", "Quality on generated events with planted interests.")
        {
            encoders, algorithms, users, items, events, interests, dimensions, seed, threads,
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
                        Parameters = new() { ["dimensions"] = parsed.GetValue(dimensions) },
                        // Every user counts here, and one whose only item nobody else had would be left out.
                        Cleaning = new CleaningOptions { MinimumItemUsers = 1 },
                    };
                    Run(planted, pipeline, cancellation);
                }

            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(PlantedInterests planted, PipelineOptions options, CancellationToken cancellation)
    {
        var seconds = new double[Enum.GetValues<PipelineStage>().Length];
        var (watch, running) = (Stopwatch.StartNew(), PipelineStage.Load);
        // A run disposes its log, and the planted one is needed again.
        var copy = planted.Log with { Items = [.. planted.Log.Items], Types = [.. planted.Log.Types], Times = [.. planted.Log.Times] };
        var result = InterestPipeline.Run(copy, KnownFacts.None, options, progress => Clock(progress.Stage), cancellation);

        var labels = result.UserIds.Zip(result.Partition.Nearest).ToDictionary(pair => pair.First, pair => pair.Second);
        // Who has no cluster is a group of its own.
        int[] all = [.. planted.Log.UserIds.Select(id => labels.GetValueOrDefault(id, -1))];
        int[] kept = [.. Enumerable.Range(0, all.Length).Where(user => all[user] >= 0)];
        double ofKept = AdjustedRandIndex.Compute(
            [.. kept.Select(user => planted.MainInterests[user])], [.. kept.Select(user => all[user])]);
        double ofAll = AdjustedRandIndex.Compute(planted.MainInterests, all);
        Console.WriteLine(
            $"{options.Encoder,-12} {options.Algorithm,-14} {kept.Length,7} {ofKept,8:F3} {ofAll,8:F3} "
            + $"{seconds[(int)PipelineStage.Encode],9:F1} {seconds[(int)PipelineStage.Cluster],9:F1}");
        var mains = planted.Log.UserIds.Zip(planted.MainInterests).ToDictionary(pair => pair.First, pair => pair.Second);
        var reliability = Reliability.Compute(
            result.Memberships.FirstClusters, result.Memberships.FirstProbabilities, [.. result.UserIds.Select(id => mains[id])]);
        foreach (var bin in reliability.Bins)
            Console.WriteLine($"    stated {bin.Stated:F3}  observed {bin.Observed:F3}  users {bin.Users}");
        Console.WriteLine($"    expected calibration error {reliability.ExpectedCalibrationError:F3}");

        void Clock(PipelineStage stage)
        {
            seconds[(int)running] += watch.Elapsed.TotalSeconds;
            watch.Restart();
            running = stage;
        }
    }
}
