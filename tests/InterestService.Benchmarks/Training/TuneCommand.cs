using System.CommandLine;
using System.Diagnostics;
using InterestService.Harness;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Benchmarks.Training;

/// <summary>
/// Compares encoders, and settings of encoders, on several files of events: recall@10 of the next new item of all eligible users that do not
/// decide when the training stops, in pairs with the first encoder, and popularity in the cluster. The vectors are those of the training's events:
/// no cluster has seen a held-out item.
/// </summary>
internal static class TuneCommand
{
    private const int Cut = 10;

    /// <summary>Clusterings of the same vectors from different starts; the popularity in the cluster is their mean.</summary>
    private const int Clusterings = 5;

    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "CSV files of events, gzipped or not, in the columns of POST /events.", Arity = ArgumentArity.OneOrMore };
        var encoders = Commands.CreateOption(
            "--encoders", "Encoders, separated by commas, each with the options to set: tale:regularization=50:itemHalfLife=2.", "tale,svd,lda,nmf,autoencoder");
        var clusters = Commands.CreateOption("--clusters", "Number of clusters.", 20);
        var halfLife = Commands.CreateOption("--half-life", "Age in days at which an event counts half.", new WeightingOptions().HalfLifeDays);
        var seed = Commands.CreateOption("--seed", "Seed for the held-out users and the training.", 1);
        var threads = Commands.CreateOption("--threads", "Maximum number of threads.", Environment.ProcessorCount);
        var command = new Command("tune", "Compare encoders and their settings on files of events: recall of the next item, clusters, time, memory.")
        {
            files, encoders, clusters, halfLife, seed, threads,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            foreach (string path in parsed.GetValue(files)!)
            {
                var options = new PipelineOptions
                {
                    Clusters = parsed.GetValue(clusters),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                    Device = "cpu",
                    Weighting = new WeightingOptions { HalfLifeDays = parsed.GetValue(halfLife) },
                };
                Compare(await EventFile.ReadAsync(path, cancellation), Path.GetFileName(path), parsed.GetValue(encoders)!.Split(','), options, cancellation);
            }
        });
        return command;
    }

    private static void Compare(EventFile file, string name, string[] specifications, PipelineOptions options, CancellationToken cancellation)
    {
        Candidate[] candidates = [.. specifications.Select(Candidate.Parse)];
        using var clean = new InterestPipeline(options, _ => { }, cancellation).Clean(file.Log, [.. candidates.Select(candidate => candidate.Encoder)]);
        var split = LeaveOneOut.Split(clean.Set.Events, options.Seed, everyone: true);
        using var training = InteractionWeighting.Apply(split.Training, options.Cleaning.Meanings, options.Weighting);
        ItemDescription[] catalogue = [.. clean.ItemIds.Select(item => file.Items.GetValueOrDefault(item, new ItemDescription(null, [])))];
        Console.WriteLine($"{name}: {training.UserCount} users, {training.ItemCount} items, {training.Events.EventCount} events, {split.Test.Count} held out");
        if (split.Test.Count == 0) return;
        Console.WriteLine($"{"encoder",-44} {"recall@10",9} {"error",6} {"less first",10} {"error",6} {"cluster",8} {"seconds",8} {"MB",6}");
        Print("popularity", Hits(RankingBaselines.Popularity(training)));
        Print("item neighbours", Hits(RankingBaselines.ItemKnn(training, split.Test.Users, options.Threads, cancellation)));
        double[]? first = null;
        foreach (var candidate in candidates)
        {
            GC.Collect();
            ProcessMemory.Current.ResetPeak();
            long before = ProcessMemory.Current.Resident;
            var watch = Stopwatch.StartNew();
            var input = new EncoderInput(training, catalogue, options.Seed, options.Device, options.Threads, cancellation) { Validate = Validate };
            using var encoder = Encoders.Named(candidate.Encoder).Fit(input, candidate.Options);
            double seconds = watch.Elapsed.TotalSeconds;
            var vectors = Clustered(encoder.Encode(training, cancellation), Encoders.Named(candidate.Encoder).Whitening);
            double megabytes = (ProcessMemory.Current.Peak - before) / 1e6;
            double[] hits = Hits(encoder.Score);
            double inCluster = Enumerable.Range(0, Clusterings).Average(i => Hits(InCluster(vectors, options.Seed + i)).Average());
            first ??= hits;
            var difference = Estimate([.. hits.Zip(first, (own, other) => own - other)]);
            Print(candidate.Text, hits, $"{difference.Mean.ToText("F4"),10} {difference.Error.ToText("F4"),6} {inCluster.ToText("F4"),8} {seconds.ToText("F1"),8} {megabytes.ToText("F0"),6}");
        }

        ItemScorer InCluster(Matrix vectors, int seed)
        {
            var partition = Algorithms.Named(options.Algorithm).Fit(
                new AlgorithmInput(vectors, options.Clusters!.Value, seed, options.Threads, cancellation), options.Parameters).Partition;
            return RankingBaselines.PopularityInCluster(training, partition.Nearest, partition.Nearest, partition.Clusters);
        }

        Matrix Clustered(Matrix vectors, double whitening) =>
            ClusteringSpace.Fit(vectors, options.Clusters, whitening, options.Threads, cancellation).Project(vectors, options.Threads, cancellation);

        double[] Hits(ItemScorer scorer) =>
            [.. RankingMetrics.Ranks(scorer, training, split.Test, cancellation).Select(rank => rank <= Cut ? 1.0 : 0)];

        double? Validate(ItemScorer scorer) => split.Validation.Count >= HeldOutItems.Enough
            ? RankingMetrics.Evaluate(scorer, training, split.Validation, cancellation).RecallAt10
            : null;
    }

    private static void Print(string name, double[] hits, string more = "")
    {
        var (mean, error) = Estimate(hits);
        Console.WriteLine($"{name,-44} {mean.ToText("F4"),9} {error.ToText("F4"),6} {more}");
    }

    private static (double Mean, double Error) Estimate(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1) / values.Length));
    }
}
