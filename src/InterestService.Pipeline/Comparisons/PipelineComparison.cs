using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Comparisons;

/// <summary>
/// Every encoder with every algorithm, on the same events, the same split and the same seed. Each encoder is trained once; what
/// a pair cannot do is said in its row and stops nobody else.
/// </summary>
public static class PipelineComparison
{
    /// <param name="log">The events of the window.</param>
    /// <param name="sources">What is known of items and users.</param>
    /// <param name="options">What all pairs share; encoder and algorithm in it are not looked at.</param>
    /// <param name="encoders">Names of <see cref="Encoders.All"/>.</param>
    /// <param name="algorithms">Names of <see cref="Algorithms.All"/>.</param>
    /// <param name="report">Told of progress, on the calling thread.</param>
    /// <param name="cancellation">Looked at often.</param>
    /// <returns>A row for each pair, in the order of encoders, then algorithms.</returns>
    /// <exception cref="PipelineException">No pair can succeed with these events.</exception>
    public static PipelineComparisonResult Run(
        EventLog log,
        PipelineSources sources,
        PipelineOptions options,
        IReadOnlyList<string> encoders,
        IReadOnlyList<string> algorithms,
        Action<ComparisonProgress> report,
        CancellationToken cancellation)
    {
        var rows = new List<ComparisonRow>();
        int steps = encoders.Count * (1 + algorithms.Count), done = 0;
        var events = new InterestPipeline(options, _ => { }, cancellation).Prepare(log, sources);
        foreach (string encoder in encoders)
        {
            try
            {
                using var users = StageCost.Measure(() => Pipeline(encoder, algorithms[0]).Encode(events), out var encoding);
                done++;
                foreach (string algorithm in algorithms)
                {
                    rows.Add(Row(Pipeline(encoder, algorithm), new ComparisonRow(encoder, algorithm) { Encoding = encoding }, users));
                    done++;
                }
            }
            catch (PipelineException exception)
            {
                rows.AddRange(algorithms.Select(algorithm => new ComparisonRow(encoder, algorithm) { Error = exception.Message }));
                done = rows.Count / algorithms.Count * (1 + algorithms.Count);
            }
        }

        return new PipelineComparisonResult(events.All.Events.UserIds.Length, events.All.ItemCount, rows, ComparisonWinner.Choose(rows));

        InterestPipeline Pipeline(string encoder, string algorithm) => new(
            options with { Encoder = encoder, Algorithm = algorithm },
            progress => report(new ComparisonProgress(encoder, progress.Stage == PipelineStage.Encode ? null : algorithm, (done + Fraction(progress)) / steps, progress.Loss)),
            cancellation);

        // Finding clusters and judging them are one step, half and half.
        static double Fraction(PipelineProgress progress) => progress.Stage switch
        {
            PipelineStage.Cluster => progress.Fraction / 2,
            PipelineStage.Evaluate => (1 + progress.Fraction) / 2,
            _ => progress.Fraction,
        };

        ComparisonRow Row(InterestPipeline pipeline, ComparisonRow row, EncodedUsers users)
        {
            try
            {
                var found = StageCost.Measure(() => pipeline.Cluster(users), out var clustering);
                return row with { Clustering = clustering, Clusters = found.Partition.Clusters, Metrics = pipeline.Evaluate(events, users, found) };
            }
            catch (PipelineException exception)
            {
                return row with { Error = exception.Message };
            }
        }
    }
}

/// <summary>What a comparison found.</summary>
/// <param name="Users">Users that were clustered.</param>
/// <param name="Items">Items that the encoders know.</param>
/// <param name="Rows">A row for each pair.</param>
/// <param name="Winner">Null when no pair qualified.</param>
public sealed record PipelineComparisonResult(int Users, int Items, IReadOnlyList<ComparisonRow> Rows, ComparisonWinner? Winner);

/// <summary>How far a comparison is.</summary>
/// <param name="Encoder">At work.</param>
/// <param name="Algorithm">At work; null while the encoder is trained.</param>
/// <param name="Overall">0 to 1.</param>
/// <param name="Loss">Training loss of the last epoch.</param>
public readonly record struct ComparisonProgress(string Encoder, string? Algorithm, double Overall, double? Loss);
