using System.Diagnostics.CodeAnalysis;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// The users of whom an encoder knows something (<see cref="IUserEncoder.Knows"/>), or all where it knows nothing of any. They alone are
/// clustered: the others share one vector and would be the largest cluster. These become noise with the nearest cluster.
/// </summary>
public sealed class KnownUsers
{
    private readonly int[] _rows; // ascending
    private readonly int _all;

    private KnownUsers(int[] rows, int all) => (_rows, _all) = (rows, all);

    /// <summary>Finds the known users of a set.</summary>
    /// <param name="set">All users.</param>
    /// <param name="encoder">The encoder.</param>
    internal static KnownUsers Find(InteractionSet set, IUserEncoder encoder)
    {
        int[] users = set.AllUsers(), known = Array.FindAll(users, user => encoder.Knows(set, user));
        return new KnownUsers(known.Length == 0 ? users : known, users.Length);
    }

    /// <summary>Returns the rows of the known users; the matrix itself where all are known.</summary>
    internal Matrix Of(Matrix vectors) => _rows.Length == _all ? vectors : vectors.SelectRows(_rows);

    /// <summary>Returns the values of the known users, <c>[known users]</c>, of those of all.</summary>
    [return: NotNullIfNotNull(nameof(values))]
    internal T[]? Of<T>(T[]? values) => values is null || _rows.Length == _all ? values : Array.ConvertAll(_rows, row => values[row]);

    /// <summary>Returns the clusters of the known users.</summary>
    internal Partition Of(Partition partition) => partition with
    {
        Labels = Of(partition.Labels),
        Nearest = Of(partition.Nearest),
        Strengths = Of(partition.Strengths),
    };

    /// <summary>Returns the nearest cluster of each known user and -1 for the others, who say nothing of a cluster; <c>[users]</c>.</summary>
    internal int[] NearestOf(Partition partition)
    {
        if (_rows.Length == _all) return partition.Nearest;
        int[] nearest = new int[_all];
        Array.Fill(nearest, -1);
        foreach (int row in _rows) nearest[row] = partition.Nearest[row];
        return nearest;
    }

    /// <summary>Adds the other users to clusters of the known ones, as noise; in a tree they are in the leaf of a member of their nearest cluster.</summary>
    /// <param name="found">Clusters of the known users.</param>
    /// <param name="vectors">Vectors of all users; those of the others are equal.</param>
    internal AlgorithmResult Widen(AlgorithmResult found, Matrix vectors)
    {
        if (_rows.Length == _all) return found;
        var partition = found.Partition;
        var centroids = partition.Centroids(Of(vectors));
        int other = Enumerable.Range(0, _all).First(user => Array.BinarySearch(_rows, user) < 0);
        int nearest = Enumerable.Range(0, centroids.Rows).MaxBy(cluster => RowMath.Dot(vectors.Row(other), centroids.Row(cluster)));
        return new AlgorithmResult(
            partition with
            {
                Labels = Widen(partition.Labels, Partition.NoiseLabel),
                Nearest = Widen(partition.Nearest, nearest),
                Strengths = partition.Strengths is { } strengths ? Widen(strengths, 0) : null,
            },
            found.Tree is { } tree ? tree with { Leaf = Widen(tree.Leaf, tree.Leaf[Array.IndexOf(partition.Nearest, nearest)]) } : null);
    }

    private T[] Widen<T>(T[] known, T other)
    {
        var values = new T[_all];
        Array.Fill(values, other);
        for (int row = 0; row < _rows.Length; row++) values[_rows[row]] = known[row];
        return values;
    }
}
