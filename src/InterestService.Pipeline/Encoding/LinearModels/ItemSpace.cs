using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Users as sums of the vectors of their items, and of their queries where these have vectors, weighted by <see cref="TfIdf"/>: a search is
/// as informative as an interaction. A user without known items or queries gets the direction of the mean user. A score is the inner product
/// of the user's sum and the item's vector.
/// </summary>
/// <param name="weights">Weights of the items.</param>
/// <param name="vectors"><c>[items x dimensions]</c></param>
/// <param name="mean">Direction of the mean user, <c>[dimensions]</c>.</param>
/// <param name="threads">Maximum number of threads.</param>
internal sealed class ItemSpace(TfIdf weights, Matrix vectors, float[] mean, int threads)
{
    /// <summary>Creates the space of some vectors; the users of the training give the mean user.</summary>
    /// <param name="input">The training.</param>
    /// <param name="weights">Weights of items.</param>
    /// <param name="vectors"><c>[items x dimensions]</c></param>
    /// <param name="queries">Vectors of the queries of the training, <c>[queries x dimensions]</c>; null for none.</param>
    public static ItemSpace Create(EncoderInput input, TfIdf weights, Matrix vectors, Matrix? queries)
    {
        var space = new ItemSpace(weights, vectors, [], input.Threads);
        var users = space.Sum(input.Training, input.Training.AllUsers(), queries, input.Cancellation);
        return new ItemSpace(weights, vectors, UnitRows.MeanDirection(users), input.Threads);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">At the first byte.</param>
    /// <param name="items">Number of items; further rows are not read.</param>
    /// <param name="threads">Maximum number of threads.</param>
    public static ItemSpace Load(Stream stream, int items, int threads)
    {
        var (frequencies, vectors, mean) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        return new ItemSpace(
            new TfIdf(frequencies.Values[..items]), new Matrix(items, vectors.Columns, vectors.Values[..(items * vectors.Columns)]), mean.Values, threads);
    }

    /// <summary>Whether a user has an item with a vector, or a query.</summary>
    public bool Knows(InteractionSet set, int user)
    {
        if (set.Searches is { RowOffsets: var searches } && searches[user] < searches[user + 1]) return true;
        foreach (int item in set.ColumnsOf(user))
            if (vectors.Row(item).ContainsAnyExcept(0)) return true;
        return false;
    }

    /// <param name="set">Users.</param>
    /// <param name="queries">Vectors of the queries of the set, <c>[queries x dimensions]</c>; null for none.</param>
    /// <param name="cancellation">Checked before each chunk of users.</param>
    /// <returns><c>[users x dimensions]</c>, rows of unit length.</returns>
    public Matrix Encode(InteractionSet set, Matrix? queries, CancellationToken cancellation)
    {
        var users = Sum(set, set.AllUsers(), queries, cancellation);
        UnitRows.Scale(users, mean);
        return users;
    }

    /// <param name="set">Users.</param>
    /// <param name="users">Rows of the set.</param>
    /// <param name="queries">Vectors of the queries of the set, <c>[queries x dimensions]</c>; null for none.</param>
    /// <param name="items">Vectors of the items to score, <c>[items x dimensions]</c>; null for those of the space.</param>
    /// <param name="scores"><c>[users x items]</c>; overwritten.</param>
    public void Score(InteractionSet set, int[] users, Matrix? queries, Matrix? items, Matrix scores) =>
        InnerProducts.Compute(Sum(set, users, queries, CancellationToken.None), items ?? vectors, scores, threads);

    /// <summary>Writes the inverse frequencies <c>[1 x items]</c>, vectors <c>[items x dimensions]</c>, the mean user <c>[1 x dimensions]</c>.</summary>
    public void Save(Stream stream) => MatrixSerializer.Write(
        stream, new Matrix(1, vectors.Rows, weights.InverseFrequency), vectors, new Matrix(1, vectors.Columns, mean));

    private Matrix Sum(InteractionSet set, int[] users, Matrix? queries, CancellationToken cancellation)
    {
        using var rows = set.ToSparseRows(users);
        if (queries is null) return weights.Weight(rows).Times(vectors, threads, cancellation);
        using var searches = set.Searches!.ToSparseRows(users);
        var sums = weights.Weight(rows, searches).Times(vectors, threads, cancellation);
        TensorPrimitives.Add(sums.Values, searches.Times(queries, threads, cancellation).Values, sums.Values);
        return sums;
    }
}
