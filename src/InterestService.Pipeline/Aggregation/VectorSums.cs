using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Aggregation;

/// <summary>
/// Sums of the vectors of each cluster, of which users are added in parts: a round of K-means (Lloyd 1982) adds them up and moves the centroids. The
/// same parts in the same order give the same bytes. Not thread-safe.
/// </summary>
/// <param name="clusters">Number of clusters.</param>
/// <param name="dimensions">Dimensions of the vectors.</param>
public sealed class VectorSums(int clusters, int dimensions)
{
    private readonly double[] _sums = new double[clusters * dimensions];
    private readonly long[] _counts = new long[clusters];

    /// <summary>Number of users of each cluster, <c>[clusters]</c>.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Number of users added, of those in no cluster too.</summary>
    public int Users { get; private set; }

    /// <summary>Adds the users of a chunk who count and are not noise.</summary>
    public void Add(UserChunk chunk, NearestCluster[] nearest)
    {
        Users += nearest.Length;
        for (int user = 0; user < nearest.Length; user++)
        {
            if (!chunk.Counts[user] || nearest[user].IsNoise) continue;
            int cluster = nearest[user].Cluster;
            _counts[cluster]++;
            RowMath.Add(_sums.AsSpan(cluster * dimensions, dimensions), chunk.Vectors.Row(user), 1);
        }
    }

    /// <summary>Adds the users of other sums.</summary>
    public void Add(VectorSums other)
    {
        Users += other.Users;
        RowMath.Add(_sums, other._sums);
        for (int cluster = 0; cluster < clusters; cluster++) _counts[cluster] += other._counts[cluster];
    }

    /// <summary>Returns the mean of each cluster; zero without users; <c>[clusters x dimensions]</c>.</summary>
    public Matrix Means()
    {
        var means = new Matrix(clusters, dimensions);
        for (int i = 0; i < _sums.Length; i++) means.Values[i] = (float)(_sums[i] / Math.Max(1, _counts[i / dimensions]));
        return means;
    }

    /// <summary>Returns the mean direction of each cluster; a cluster without users or direction keeps its centroid.</summary>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    /// <returns>Unit length, <c>[clusters x dimensions]</c>.</returns>
    public Matrix Directions(Matrix centroids)
    {
        var directions = new Matrix(clusters, dimensions);
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            var direction = directions.Row(cluster);
            if (!RowMath.TryGetDirection(_sums.AsSpan(cluster * dimensions, dimensions), direction, _counts[cluster]))
                centroids.Row(cluster).CopyTo(direction);
        }

        return directions;
    }

    /// <summary>Writes the sums for <see cref="Read"/>.</summary>
    public byte[] Write() => [.. MemoryMarshal.AsBytes<int>([clusters, dimensions, Users]), .. MemoryMarshal.AsBytes(_sums.AsSpan()), .. MemoryMarshal.AsBytes(_counts.AsSpan())];

    /// <summary>Reads sums.</summary>
    /// <exception cref="EndOfStreamException">The content is cut off.</exception>
    public static VectorSums Read(byte[] content)
    {
        using var stream = new MemoryStream(content);
        Span<int> shape = stackalloc int[3];
        stream.ReadExactly(MemoryMarshal.AsBytes(shape));
        var sums = new VectorSums(shape[0], shape[1]) { Users = shape[2] };
        stream.ReadExactly(MemoryMarshal.AsBytes(sums._sums.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(sums._counts.AsSpan()));
        return sums;
    }
}
