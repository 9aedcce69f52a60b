using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>
/// Separation of clusters whose points come in parts, once their means are known: what <see cref="Separation.SimplifiedSilhouette"/>,
/// <see cref="Separation.CalinskiHarabasz"/> and <see cref="Separation.DaviesBouldin"/> compute of all points in one memory. The same parts in the same order give the same bytes. Not thread-safe.
/// </summary>
public sealed class SeparationSums
{
    private readonly int[] _rowOf; // of each cluster in the means of those with points; -1: it has none
    private readonly Matrix _means;
    private readonly long[] _counts;
    private readonly double[] _sums; // distances of each cluster's points to its mean, then the sums of squares and of widths

    /// <param name="means">Mean of each cluster, <c>[clusters x columns]</c>.</param>
    /// <param name="counts">Number of points of each cluster in all parts, <c>[clusters]</c>; one without points is left out.</param>
    public SeparationSums(Matrix means, ReadOnlySpan<long> counts)
    {
        long[] all = counts.ToArray();
        int[] known = [.. Enumerable.Range(0, all.Length).Where(cluster => all[cluster] > 0)];
        _rowOf = [.. Enumerable.Range(0, all.Length).Select(cluster => Array.IndexOf(known, cluster))];
        (_means, _counts) = (means.SelectRows(known), [.. known.Select(cluster => all[cluster])]);
        _sums = new double[known.Length + 2];
    }

    /// <summary>Number of all points, of those that do not count too.</summary>
    public long Points { get; private set; }

    /// <summary>Number of points that belong to no cluster.</summary>
    public long Noise { get; private set; }

    /// <summary>Whether there are two clusters, one of them with more than a single point.</summary>
    public bool IsDefined => _means.Rows > 1 && _counts.Sum() > _means.Rows;

    /// <summary>As <see cref="Separation.SimplifiedSilhouette.Compute"/> has it, where it is defined.</summary>
    public double SimplifiedSilhouette => Widths / _counts.Sum();

    /// <summary>As <see cref="Separation.CalinskiHarabasz.Compute"/> has it, where it is defined.</summary>
    public double? CalinskiHarabasz => Separation.CalinskiHarabasz.FromSums(_means, _counts, Squares);

    /// <summary>As <see cref="Separation.DaviesBouldin.Compute"/> has it, where it is defined.</summary>
    public double DaviesBouldin => Separation.DaviesBouldin.FromScatters(_means, [.. _counts.Select((count, row) => _sums[row] / count)]);

    private ref double Squares => ref _sums[^2];

    private ref double Widths => ref _sums[^1];

    /// <summary>Adds a point.</summary>
    /// <param name="point"><c>[columns]</c></param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="isNoise">Whether it is noise, which is counted only.</param>
    /// <param name="counts">Whether it is among the points of which the means are.</param>
    public void Add(ReadOnlySpan<float> point, int cluster, bool isNoise, bool counts)
    {
        Points++;
        if (isNoise) Noise++;
        if (isNoise || !counts) return;
        int row = _rowOf[cluster];
        double squared = RowMath.SquaredDistance(point, _means.Row(row));
        _sums[row] += Math.Sqrt(squared);
        Squares += squared;
        if (_means.Rows > 1 && _counts[row] > 1) Widths += Separation.SimplifiedSilhouette.Width(point, row, _means);
    }


    /// <summary>Writes the sums, without the means, for <see cref="AddFrom"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Points);
        writer.Write(Noise);
        writer.Write(MemoryMarshal.AsBytes(_sums.AsSpan()));
    }

    /// <summary>Adds written sums with the same means.</summary>
    /// <exception cref="EndOfStreamException">The content is cut off.</exception>
    public void AddFrom(BinaryReader reader)
    {
        (Points, Noise) = (Points + reader.ReadInt64(), Noise + reader.ReadInt64());
        double[] sums = new double[_sums.Length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(sums.AsSpan()));
        RowMath.Add(_sums, sums);
    }
}
