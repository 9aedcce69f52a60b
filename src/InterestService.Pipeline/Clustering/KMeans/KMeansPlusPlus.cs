using System.Runtime.CompilerServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Greedy k-means++ (Arthur and Vassilvitskii 2007, section 5; as scikit-learn): each centroid is the best of 2 + ln k points drawn with a
/// probability that goes with the squared distance to the nearest centroid so far.
/// </summary>
internal sealed class KMeansPlusPlus
{
    private readonly TrainingPoints _points;
    private readonly Random _random;
    private readonly int _trials;
    private readonly CentroidPanels _panels;
    private readonly float[] _nearest;
    private readonly float[][] _distances;
    private readonly double[][] _potentials;
    private readonly double[] _chunkPotentials;

    private KMeansPlusPlus(TrainingPoints points, int clusters, Random random)
    {
        int rows = points.Matrix.Rows;
        _points = points;
        _random = random;
        _trials = Math.Min(CentroidPanels.Width, 2 + (int)Math.Log(clusters));
        _panels = new CentroidPanels(_trials, points.Matrix.Columns);
        _nearest = new float[rows];
        Array.Fill(_nearest, float.PositiveInfinity);
        _distances = [.. Enumerable.Range(0, _trials).Select(_ => new float[rows])];
        _potentials = [.. Enumerable.Range(0, points.Chunks.Count).Select(_ => new double[_trials])];
        _chunkPotentials = new double[points.Chunks.Count];
    }

    /// <summary>Picks the points that the centroids start from, <c>[clusters x columns]</c>.</summary>
    public static Matrix Choose(TrainingPoints points, int clusters, Random random)
    {
        var seeding = new KMeansPlusPlus(points, clusters, random);
        int[] chosen = new int[clusters];
        chosen[0] = seeding.Take([random.Next(points.Matrix.Rows)]);
        for (int c = 1; c < clusters; c++)
            chosen[c] = seeding.Take([.. Enumerable.Range(0, seeding._trials).Select(_ => seeding.Draw())]);
        return points.Matrix.SelectRows(chosen);
    }

    /// <summary>Takes the candidate that leaves the lowest sum of squared distances.</summary>
    private int Take(int[] candidates)
    {
        Measure(candidates);
        int best = 0;
        double lowest = double.PositiveInfinity;
        for (int c = 0; c < candidates.Length; c++)
        {
            double potential = _potentials.Sum(chunk => chunk[c]);
            if (potential < lowest)
                (best, lowest) = (c, potential);
        }

        _distances[best].CopyTo(_nearest, 0);
        for (int chunk = 0; chunk < _chunkPotentials.Length; chunk++)
            _chunkPotentials[chunk] = _potentials[chunk][best];
        return candidates[best];
    }

    /// <summary>For each candidate, every point's squared distance to the nearest centroid if it were taken.</summary>
    private unsafe void Measure(int[] candidates)
    {
        _panels.Pack(_points.Matrix.SelectRows(candidates));
        _points.Chunks.ForEach((chunk, first, end) =>
        {
            const int Block = 16 * CentroidPanels.TileRows;
            float* scores = stackalloc float[Block * CentroidPanels.Width];
            Array.Clear(_potentials[chunk]);
            fixed (float* points = _points.Matrix.Values)
            {
                for (int row = first; row < end; row += Block)
                {
                    int count = Math.Min(Block, end - row);
                    _panels.ScoreFirstPanel(points, row, row + count, scores);
                    for (int c = 0; c < candidates.Length; c++)
                        _potentials[chunk][c] += Nearest(row, count, scores + c, _distances[c]);
                }
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe double Nearest(int first, int count, float* scores, float[] distances)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            float squared = Math.Max(0, _points.SquaredNorms[first + i] + (2 * scores[i * CentroidPanels.Width]));
            float nearest = Math.Min(squared, _nearest[first + i]);
            distances[first + i] = nearest;
            sum += nearest;
        }

        return sum;
    }

    /// <summary>Draws a point with a probability that goes with its squared distance; any point when all distances are 0.</summary>
    private int Draw()
    {
        double left = _random.NextDouble() * _chunkPotentials.Sum();
        int chunk = 0;
        while (chunk < _chunkPotentials.Length - 1 && left >= _chunkPotentials[chunk])
            left -= _chunkPotentials[chunk++];
        if (_chunkPotentials[chunk] <= 0)
            return _random.Next(_nearest.Length);

        int row = _points.Chunks.First(chunk), last = _points.Chunks.End(chunk) - 1;
        while (row < last && left >= _nearest[row])
            left -= _nearest[row++];
        return row;
    }
}
