using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Rankings;

/// <summary>Quality of scores as a ranking of the next item among all items that are new to the user (full ranking).</summary>
public static class RankingMetrics
{
    private const int Cut = 10;
    private const int MaxUsers = 256;

    /// <summary>Maximum number of scores at a time: 4 MB.</summary>
    private const int MaxScores = 1_000_000;

    /// <summary>Evaluates a scorer on held-out items.</summary>
    /// <param name="score">The scorer.</param>
    /// <param name="set">The known items of the users; they are not candidates.</param>
    /// <param name="heldOut">The next items, at least one.</param>
    /// <param name="cancellation">Checked before each batch of users.</param>
    /// <exception cref="ArgumentException">There are no held-out items.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RankingQuality Evaluate(ItemScorer score, InteractionSet set, HeldOutItems heldOut, CancellationToken cancellation)
    {
        if (heldOut.Count == 0) throw new ArgumentException("There are no held-out items to evaluate.", nameof(heldOut));
        return Quality(Ranks(score, set, heldOut, cancellation));
    }

    /// <summary>Computes the quality from the ranks of at least one held-out item.</summary>
    internal static RankingQuality Quality(int[] ranks)
    {
        double[] hits = Hits(ranks);
        double[] gains = [.. ranks.Select(rank => rank <= Cut ? 1 / Math.Log2(rank + 1) : 0)];
        return new RankingQuality(hits.Average(), StandardError(hits), gains.Average(), StandardError(gains), ranks.Length);
    }

    /// <summary>Computes how much higher the recall of one ranking is than that of another one of the same items, and its standard error over the pairs.</summary>
    internal static (double Difference, double StandardError) Compare(int[] ranks, int[] others)
    {
        double[] differences = [.. Hits(ranks).Zip(Hits(others), (hit, other) => hit - other)];
        return (differences.Average(), StandardError(differences));
    }

    /// <summary>Computes the rank of each held-out item, from 1, among all items that are new to the user.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public static int[] Ranks(ItemScorer score, InteractionSet set, HeldOutItems heldOut, CancellationToken cancellation)
    {
        int[] ranks = new int[heldOut.Count];
        int batch = Math.Clamp(MaxScores / Math.Max(1, set.ItemCount), 1, MaxUsers);
        // One matrix for all batches: large arrays that come and go would make the collector stop all threads again and again.
        var scores = new Matrix(Math.Min(batch, heldOut.Count), set.ItemCount);
        for (int start = 0; start < heldOut.Count; start += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] users = heldOut.Users[start..Math.Min(heldOut.Count, start + batch)];
            if (scores.Rows != users.Length) scores = new Matrix(users.Length, set.ItemCount);
            score(set, users, scores);
            for (int i = 0; i < users.Length; i++)
                ranks[start + i] = Rank(scores.Row(i), heldOut.Items[start + i], set.ColumnsOf(users[i]));
        }

        return ranks;
    }

    /// <summary>
    /// Returns the rank of an item, from 1. Half of the items with the same score precede it: a constant scorer ranks as by chance. An item
    /// whose score is not a number is the last one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Rank(Span<float> scores, int item, ReadOnlySpan<int> known)
    {
        foreach (int seen in known) scores[seen] = float.NegativeInfinity;
        float own = scores[item];
        if (float.IsNaN(own)) return scores.Length - known.Length;
        var values = MemoryMarshal.Cast<float, Vector<float>>(scores);
        var owns = Vector.Create(own);
        Vector<int> above = Vector<int>.Zero, same = Vector<int>.Zero;
        foreach (var value in values)
        {
            above -= Vector.GreaterThan(value, owns);
            same -= Vector.Equals(value, owns);
        }

        int better = Vector.Sum(above), equal = Vector.Sum(same);
        foreach (float score in scores[(values.Length * Vector<float>.Count)..])
        {
            if (score > own) better++;
            else if (score == own) equal++;
        }

        return 1 + better + equal / 2;
    }

    private static double[] Hits(int[] ranks) => [.. ranks.Select(rank => rank <= Cut ? 1.0 : 0)];

    private static double StandardError(double[] values)
    {
        if (values.Length < 2) return 0;
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}

/// <summary>Quality of a ranking with one relevant item per user.</summary>
/// <param name="RecallAt10">Fraction of the users whose item is among the first ten.</param>
/// <param name="RecallAt10StandardError">Standard error of <paramref name="RecallAt10"/>.</param>
/// <param name="NdcgAt10">Mean of 1 / log2(rank + 1), 0 beyond the tenth (Järvelin and Kekäläinen, 2002).</param>
/// <param name="NdcgAt10StandardError">Standard error of <paramref name="NdcgAt10"/>.</param>
/// <param name="SampleSize">Number of users.</param>
public sealed record RankingQuality(
    double RecallAt10, double RecallAt10StandardError, double NdcgAt10, double NdcgAt10StandardError, int SampleSize);
