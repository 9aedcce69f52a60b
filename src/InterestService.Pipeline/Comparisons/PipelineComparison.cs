using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Comparisons;

/// <summary>
/// Compares every encoder with every algorithm, on the same events, the same split and the same seed. Each encoder is trained once; the
/// failure of a pair is recorded in its row and does not stop the others.
/// </summary>
public static class PipelineComparison
{
    /// <summary>Runs all pairs.</summary>
    /// <param name="clean">Result of <see cref="InterestPipeline.Clean"/>.</param>
    /// <param name="reference">Reference data of its items and users.</param>
    /// <param name="options">Options of all pairs; encoder and algorithm in them are ignored.</param>
    /// <param name="encoders">Names of <see cref="Encoders.All"/>.</param>
    /// <param name="algorithms">Names of <see cref="Algorithms.All"/>.</param>
    /// <param name="meter">Measures the stages.</param>
    /// <param name="report">Receives progress, on the calling thread.</param>
    /// <param name="cancellation">Checked between training steps, chunks of rows and stages.</param>
    /// <returns>A row for each pair, in the order of encoders, then algorithms.</returns>
    /// <exception cref="PipelineException">No pair can succeed with these events.</exception>
    public static PipelineComparisonResult Run(
        CleanEvents clean,
        ReferenceData reference,
        PipelineOptions options,
        IReadOnlyList<string> encoders,
        IReadOnlyList<string> algorithms,
        IStageMeter meter,
        Action<ComparisonProgress> report,
        CancellationToken cancellation)
    {
        var rows = new List<ComparisonRow>();
        int steps = encoders.Count * (1 + algorithms.Count), done = 0;
        using var events = new InterestPipeline(options, _ => { }, cancellation).Prepare(clean, reference);
        var missing = algorithms.ToDictionary(algorithm => algorithm, algorithm => Pipeline(encoders[0], algorithm).Missing(events.Histories.Count));
        if (missing.Values.All(exception => exception is not null)) throw missing[algorithms[0]]!;
        foreach (string encoder in encoders)
        {
            try
            {
                var (encoded, encoding) = meter.Measure(() => Pipeline(encoder, algorithms[0]).Encode(events));
                using var users = encoded;
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

        return new PipelineComparisonResult(clean.UserIds.Length, clean.ItemIds.Length, rows, ComparisonWinner.Choose(rows));

        InterestPipeline Pipeline(string encoder, string algorithm) => new(
            options with { Encoder = encoder, Algorithm = algorithm },
            progress => report(new ComparisonProgress(encoder, progress.Stage == PipelineStage.Encode ? null : algorithm, (done + Fraction(progress)) / steps, progress.Epoch)),
            cancellation);

        // Clustering and evaluation are one step, a half each.
        static double Fraction(PipelineProgress progress) => progress.Stage switch
        {
            PipelineStage.Cluster => progress.Fraction / 2,
            PipelineStage.Evaluate => (1 + progress.Fraction) / 2,
            _ => progress.Fraction,
        };

        ComparisonRow Row(InterestPipeline pipeline, ComparisonRow row, EncodedUsers users)
        {
            if (missing[row.Algorithm] is { } exception) return row with { Error = exception.Message };
            try
            {
                var (found, clustering) = meter.Measure(() => pipeline.Cluster(users));
                return row with { Clustering = clustering, Clusters = found.Partition.Clusters, Metrics = pipeline.Evaluate(events, users, found) };
            }
            catch (PipelineException failure)
            {
                return row with { Error = failure.Message };
            }
        }
    }
}

/// <summary>Result of a comparison.</summary>
/// <param name="Users">Number of clustered users.</param>
/// <param name="Items">Number of items of the encoders.</param>
/// <param name="Rows">A row for each pair.</param>
/// <param name="Winner">Null when no pair qualified.</param>
public sealed record PipelineComparisonResult(int Users, int Items, IReadOnlyList<ComparisonRow> Rows, ComparisonWinner? Winner);

/// <summary>Progress of a comparison.</summary>
/// <param name="Encoder">Current encoder.</param>
/// <param name="Algorithm">Current algorithm; null while the encoder is trained.</param>
/// <param name="Overall">Part of the whole that is done, 0 to 1.</param>
/// <param name="Epoch">The last epoch of the encoder; null before the first and while users are clustered.</param>
public readonly record struct ComparisonProgress(string Encoder, string? Algorithm, double Overall, EpochReport? Epoch);
