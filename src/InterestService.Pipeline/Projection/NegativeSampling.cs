using System.Runtime.CompilerServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>
/// Moves points of a plane so that neighbours of a graph are near and others are not: the cross-entropy of UMAP (McInnes, Healy and Melville 2018,
/// section 3.2), where a few random points stand for all that are no neighbours. The similarity of two places is 1 / (1 + distance²), the
/// Cauchy kernel of t-SNE (Böhm, Berens and Kobak, "Attraction-repulsion spectrum in neighbor embeddings", JMLR 2022).
/// </summary>
/// <remarks>
/// All points move at once, each by the sum of its own forces, with Adam (Kingma and Ba 2015) in the settings of uwot's batch mode (Melville).
/// The random points follow from seed, epoch and point. The result is therefore the same for any number of threads.
/// </remarks>
internal static class NegativeSampling
{
    /// <summary>Random points for each neighbour in the objective.</summary>
    private const float NegativesOfNeighbour = 5;

    /// <summary>Random points of a point in an epoch; each is weighted so that there are <see cref="NegativesOfNeighbour"/>.</summary>
    private const int Negatives = 10;

    private const float MeanDecay = .5f, SquareDecay = .9f, Tiny = 1e-7f;

    /// <summary>Limit of a coordinate of a force, and distance² below which repulsion no longer grows.</summary>
    private const float Limit = 4, Near = .001f;

    /// <summary>Moves the points.</summary>
    /// <param name="graph">Neighbours of the points.</param>
    /// <param name="places">Places, different from each other, <c>[points x 2]</c>; changed.</param>
    /// <param name="epochs">Number of moves.</param>
    /// <param name="rate">Length of the first moves; it falls to 0.</param>
    /// <param name="seed">Seed of the random points.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="progress">Receives the fraction that is done.</param>
    /// <param name="cancellation">Checked in every epoch.</param>
    public static void Optimize(
        FuzzyGraph graph, Matrix places, int epochs, float rate, int seed, int threads, Action<double> progress, CancellationToken cancellation)
    {
        var (from, to) = (places.Values, new float[places.Values.Length]);
        float[] means = new float[from.Length], squares = new float[from.Length];
        var chunks = new RowChunks(graph.Count, threads, cancellation, minimum: 512);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var (now, next) = (from, to);
            float length = rate * (1 - ((float)epoch / epochs))
                * MathF.Sqrt(1 - MathF.Pow(SquareDecay, epoch + 1)) / (1 - MathF.Pow(MeanDecay, epoch + 1));
            ulong draw = Mix(Mix((uint)seed) + (ulong)epoch);
            chunks.ForEach((_, first, end) => Move(graph, first, end, now, next, means, squares, length, draw));
            (from, to) = (to, from);
            progress((epoch + 1.0) / epochs);
        }

        if (from != places.Values) from.CopyTo(places.Values, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(
        FuzzyGraph graph, int first, int end, float[] from, float[] to, float[] means, float[] squares, float length, ulong draw)
    {
        for (int point = first; point < end; point++)
        {
            float x = from[2 * point], y = from[(2 * point) + 1], forceX = 0, forceY = 0, strength = 0;
            var neighbours = graph.NeighboursOf(point);
            var weights = graph.WeightsOf(point);
            for (int i = 0; i < neighbours.Length; i++)
            {
                float dx = x - from[2 * neighbours[i]], dy = y - from[(2 * neighbours[i]) + 1];
                // Twice: the edge moves the point as its start and as its end.
                float pull = -4 * weights[i] / (1 + (dx * dx) + (dy * dy));
                forceX += pull * dx;
                forceY += pull * dy;
                strength += weights[i];
            }

            float share = NegativesOfNeighbour * strength / Negatives;
            ulong state = Mix(draw + (ulong)point);
            for (int i = 0; i < Negatives; i++)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                int other = (int)(((state >> 32) * (ulong)graph.Count) >> 32);
                if (other == point) continue;
                float dx = x - from[2 * other], dy = y - from[(2 * other) + 1], squared = (dx * dx) + (dy * dy);
                float push = 2 / ((Near + squared) * (1 + squared));
                forceX += share * Math.Clamp(push * dx, -Limit, Limit);
                forceY += share * Math.Clamp(push * dy, -Limit, Limit);
            }

            to[2 * point] = x + Step(forceX, ref means[2 * point], ref squares[2 * point], length);
            to[(2 * point) + 1] = y + Step(forceY, ref means[(2 * point) + 1], ref squares[(2 * point) + 1], length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Step(float force, ref float mean, ref float square, float length)
    {
        mean = (MeanDecay * mean) + ((1 - MeanDecay) * force);
        square = (SquareDecay * square) + ((1 - SquareDecay) * force * force);
        return length * mean / (MathF.Sqrt(square) + Tiny);
    }

    /// <summary>Returns well distributed bits (SplitMix64: Steele, Lea and Flood 2014).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
