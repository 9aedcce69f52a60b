using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Recommending;

/// <summary>
/// Scores of items for histories of one random item: what an encoder gives an item whatever the user has. An encoder scores a popular
/// item high for everyone, so that a score alone is no evidence; what it exceeds those of random pairs by is.
/// </summary>
public sealed class ChanceScores
{
    /// <summary>Number of random histories, which gives a mean with a tenth of the deviation as standard error.</summary>
    private const int Histories = 100;

    /// <summary>Maximum number of scores in memory at a time.</summary>
    private const int MaxScores = 1 << 22;

    /// <summary>
    /// Minimum distance of evidence from the mean of random pairs, in their standard deviations. Where half of all items belong to an
    /// interest, two of its items are one deviation above the mean.
    /// </summary>
    private const double MinDeviations = .5;

    /// <summary>Minimum part of the distance of the best random pair: where interests are many, related items are far above all others.</summary>
    private const double MinPartOfBest = .25;

    /// <summary>Distance that is rounding error, as a part of the largest score: an encoder of full rank scores only what a user has.</summary>
    private const double Tolerance = 1e-4;

    private readonly float[] _means;
    private readonly float[] _limits;

    private ChanceScores(float[] means, float[] limits) => (_means, _limits) = (means, limits);

    /// <summary>Number of items that are scored.</summary>
    public int ItemCount => _means.Length;

    /// <summary>Returns whether the mean score of random pairs is below that of an item for the whole history of a user.</summary>
    /// <param name="item">The scored item.</param>
    /// <param name="score">Its score.</param>
    public bool IsMeanBelow(int item, float score) => _means[item] < score;

    /// <summary>Returns whether the scores of random pairs are clearly below that of an item for a history of one other item or search.</summary>
    /// <param name="item">The scored item.</param>
    /// <param name="score">Its score.</param>
    public bool AreBelow(int item, float score) => _limits[item] < score;

    /// <summary>Computes the scores of random histories.</summary>
    /// <param name="score">Scores items; those beyond the known ones may follow them.</param>
    /// <param name="itemIds">External ids of the items that histories may have.</param>
    /// <param name="items">Number of items that are scored.</param>
    public static ChanceScores Compute(ItemScorer score, string[] itemIds, int items)
    {
        int[] sample = [.. Enumerable.Range(0, itemIds.Length)];
        new Random(1).Shuffle(sample);
        sample = sample[..Math.Min(Histories, sample.Length)];
        var (sums, squares, counts) = (new double[items], new double[items], new int[items]);
        float[] best = new float[items];
        double largest = 0;
        Array.Fill(best, float.NegativeInfinity);
        foreach (int[] chunk in sample.Chunk(Math.Max(1, MaxScores / Math.Max(items, 1))))
        {
            using var set = Single(chunk, itemIds);
            var scores = new Matrix(chunk.Length, items);
            score(set, set.AllUsers(), scores);
            for (int row = 0; row < chunk.Length; row++)
            {
                var own = scores.Row(row);
                largest = Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude<float>(own)));
                for (int item = 0; item < items; item++)
                {
                    if (item == chunk[row]) continue; // an item is no evidence of itself
                    sums[item] += own[item];
                    squares[item] += (double)own[item] * own[item];
                    counts[item]++;
                    best[item] = Math.Max(best[item], own[item]);
                }
            }
        }

        double[] means = [.. Enumerable.Range(0, items).Select(item => counts[item] == 0 ? 0 : sums[item] / counts[item])];
        return new ChanceScores([.. means.Select(mean => (float)mean)], [.. Enumerable.Range(0, items).Select(Limit)]);

        float Limit(int item)
        {
            if (counts[item] == 0) return 0;
            double mean = means[item];
            double deviation = Math.Sqrt(Math.Max(0, (squares[item] / counts[item]) - (mean * mean)));
            return (float)(mean + (Tolerance * largest) + Math.Max(MinDeviations * deviation, MinPartOfBest * (best[item] - mean)));
        }
    }

    /// <summary>Creates one user for each item, who has nothing else.</summary>
    private static InteractionSet Single(int[] items, string[] itemIds)
    {
        int[] offsets = [.. Enumerable.Range(0, items.Length + 1)];
        var weights = new Column<float>(items.Length);
        weights.Span.Fill(1);
        var log = new EventLog(
            [.. items.Select(item => itemIds[item])], offsets, itemIds, [""], [.. items], new Column<int>(items.Length), new Column<long>(items.Length));
        return new InteractionSet(log, offsets, [.. items], weights);
    }
}
