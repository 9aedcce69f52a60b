using InterestService.Pipeline.Numerics.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// The nearest of some rows to each of others, on a device of libtorch: products of tiles of both find candidates, a few more than asked for, whose
/// distances the CPU then computes from differences, as its own kernels do. The workspace does not grow with the rows.
/// </summary>
internal static class DeviceNeighbours
{
    /// <summary>Bytes of the scores of two tiles.</summary>
    private const long Workspace = 256 << 20;

    /// <summary>Candidates beyond those asked for, which make up for the rounding of float32 products.</summary>
    private const int Spare = 32;

    /// <summary>Finds the nearest rows by Euclidean distance; of equally near ones the lower row, unless more than 32 others are as near.</summary>
    /// <param name="rows">Finite values, <c>[rows x columns]</c>.</param>
    /// <param name="others">Where neighbours are looked for, <c>[others x columns]</c>; the same object as the rows: a row is not its own neighbour.</param>
    /// <param name="k">1 or more, at most the number of neighbours that there are.</param>
    /// <param name="device">The device of the products.</param>
    /// <param name="threads">Maximum number of threads of the CPU; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each tile.</param>
    /// <returns>Numbers of others, the nearest first, <c>[rows][k]</c>.</returns>
    public static int[][] Find(Matrix rows, Matrix others, int k, ComputeDevice device, int threads, CancellationToken cancellation)
    {
        bool same = ReferenceEquals(rows, others);
        int candidates = Math.Min(others.Rows, k + (same ? 1 : 0) + Spare);
        int tileRows = device.PairedTileRows(Workspace);
        float[] origin = DeviceRows.Mean(others);
        using var left = new DeviceRows(rows, device with { Memory = device.Memory / 2 }, tileRows, origin);
        using var right = new DeviceRows(others, device with { Memory = device.Memory / 2 }, tileRows, origin);
        int[][] lists = new int[rows.Rows][];
        for (int tile = 0; tile < left.Tiles; tile++)
        {
            int first = left.First(tile);
            long[] found = Candidates(left, tile, right, candidates, cancellation);
            new RowChunks(left.Count(tile), threads, cancellation, RowChunks.PairwiseMinimum).ForEach((_, from, to) =>
            {
                for (int i = from; i < to; i++)
                    lists[first + i] = Nearest(rows, first + i, others, found.AsSpan(i * candidates, candidates), k, same);
            });
        }

        return lists;
    }

    /// <summary>Returns the others with the lowest scores of each row of a tile, in any order, <c>[rows x count]</c>.</summary>
    private static long[] Candidates(DeviceRows left, int tile, DeviceRows right, int count, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var rows = left.Tile(tile);
        var (scores, others) = (empty(0), empty(0, int64));
        for (int at = 0; at < right.Tiles; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using Scalar first = right.First(at);
            var (lowest, places) = rows.mm(right.Negated(right.Tile(at)).t()).topk(Math.Min(count, right.Count(at)), 1, largest: false, sorted: false);
            places.Accumulate(first);
            if (at > 0)
            {
                (lowest, places) = (cat([scores, lowest], 1), cat([others, places], 1));
                (lowest, var kept) = lowest.topk((int)Math.Min(count, lowest.shape[1]), 1, largest: false, sorted: false);
                places = places.gather(1, kept);
            }

            scores.Dispose();
            others.Dispose();
            (scores, others) = (lowest.MoveToOuterDisposeScope(), places.MoveToOuterDisposeScope());
        }

        return others.cpu().data<long>().ToArray();
    }

    /// <summary>Returns the k nearest candidates by distance, then number.</summary>
    private static int[] Nearest(Matrix rows, int row, Matrix others, ReadOnlySpan<long> candidates, int k, bool same)
    {
        var nearest = new List<(float Squared, int Other)>(candidates.Length);
        foreach (long other in candidates)
            if (!same || other != row) nearest.Add((RowMath.SquaredDistance(rows.Row(row), others.Row((int)other)), (int)other));
        nearest.Sort();
        return [.. nearest.Take(k).Select(pair => pair.Other)];
    }
}
