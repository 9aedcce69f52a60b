using System.Numerics;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>
/// How far a projection keeps neighbourhoods: trustworthiness and continuity (Venna and Kaski, "Neighborhood preservation in nonlinear projection
/// methods: an experimental study", ICANN 2001). 1: the neighbours are the same; about .5: they are there by chance.
/// </summary>
/// <param name="Trustworthiness">1 less the mean penalty of neighbours on the map, for how far they are from being neighbours in truth.</param>
/// <param name="Continuity">1 less the mean penalty of true neighbours, for how far they are from being neighbours on the map.</param>
/// <param name="SampleSize">Points whose neighbours, among all points, were compared.</param>
internal sealed record NeighbourhoodPreservation(double Trustworthiness, double Continuity, int SampleSize)
{
    /// <summary>Neighbours of a point that are compared; fewer where there are not more than twice as many points.</summary>
    private const int Neighbours = 10;

    private const int MaximumSample = 1000;

    /// <summary>Minimum number of points for which the figures are defined.</summary>
    public const int MinimumPoints = 3;

    /// <summary>Measures a projection.</summary>
    /// <param name="points">Different rows, <c>[points x columns]</c>.</param>
    /// <param name="places">Their projection, <c>[points x 2]</c>.</param>
    /// <param name="seed">Seed of the sample, which more than 1,000 points give.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of the sample.</param>
    /// <returns>Null with fewer than <see cref="MinimumPoints"/> points.</returns>
    public static NeighbourhoodPreservation? Measure(Matrix points, Matrix places, int seed, int threads, CancellationToken cancellation)
    {
        int count = points.Rows, k = Math.Min(Neighbours, (count - 1) / 2);
        if (count < MinimumPoints) return null;
        int[] sample = new Random(seed).SampleAscending(count, Math.Min(count, MaximumSample));
        double[] intruders = new double[sample.Length], missing = new double[sample.Length];
        new RowChunks(sample.Length, threads, cancellation, RowChunks.PairwiseMinimum).ForEach((_, first, end) =>
        {
            float[] truth = new float[count], shown = new float[count];
            for (int i = first; i < end; i++)
            {
                Distances(points, sample[i], truth);
                Distances(places, sample[i], shown);
                intruders[i] = Penalty(shown, truth, k);
                missing[i] = Penalty(truth, shown, k);
            }
        });
        // The penalty of neighbours who are the farthest of all others.
        double highest = k * ((2.0 * count) - (3 * k) - 1) / 2;
        return new NeighbourhoodPreservation(1 - (intruders.Average() / highest), 1 - (missing.Average() / highest), sample.Length);
    }

    private static void Distances(Matrix points, int row, float[] squared)
    {
        for (int other = 0; other < squared.Length; other++) squared[other] = RowMath.SquaredDistance(points.Row(row), points.Row(other));
        squared[row] = float.PositiveInfinity; // no neighbour of itself
    }

    /// <summary>Sums, over the k nearest by one distance, by how much their rank by the other one exceeds k. Of equally near points the first is nearer.</summary>
    private static double Penalty(float[] nearBy, float[] rankBy, int k)
    {
        Span<int> nearest = stackalloc int[k];
        Nearest(nearBy, nearest);
        double penalty = 0;
        foreach (int point in nearest)
        {
            int rank = 1 + Below(rankBy, rankBy[point]);
            for (int other = 0; other < point; other++)
                if (rankBy[other] == rankBy[point]) rank++;
            penalty += Math.Max(0, rank - k);
        }

        return penalty;
    }

    private static void Nearest(float[] distances, Span<int> nearest)
    {
        int found = 0;
        for (int point = 0; point < distances.Length; point++)
        {
            if (found == nearest.Length && distances[point] >= distances[nearest[^1]]) continue;
            int at = found < nearest.Length ? found++ : found - 1;
            for (; at > 0 && distances[point] < distances[nearest[at - 1]]; at--) nearest[at] = nearest[at - 1];
            nearest[at] = point;
        }
    }

    private static int Below(ReadOnlySpan<float> values, float limit)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<int> counts = Vector<int>.Zero;
        Vector<float> limits = Vector.Create(limit);
        foreach (Vector<float> vector in vectors) counts -= Vector.LessThan(vector, limits); // true is -1
        int below = Vector.Sum(counts);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            if (value < limit) below++;
        return below;
    }
}
