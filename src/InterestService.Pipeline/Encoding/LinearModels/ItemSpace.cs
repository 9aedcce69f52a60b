using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Users as sums of the vectors of their items, and of their queries where these have vectors, weighted by <see cref="TfIdf"/>. A
/// user without known items or queries gets the direction of the mean user. A score is the inner product of the user's sum and the
/// item's vector.
/// </summary>
internal sealed class ItemSpace
{
    private readonly TfIdf _weights;
    private readonly Matrix _vectors;
    private readonly float[] _mean;
    private readonly QueryNumbers _queries;
    private readonly int _threads;

    private ItemSpace(TfIdf weights, Matrix vectors, float[] mean, QueryNumbers queries, int threads) =>
        (_weights, _vectors, _mean, _queries, _threads) = (weights, vectors, mean, queries, threads);

    /// <summary>Numbers of the queries that have a vector.</summary>
    public QueryNumbers Queries => _queries;

    /// <summary>Creates the space of some vectors; the users of the training give the mean user.</summary>
    /// <param name="input">The training.</param>
    /// <param name="weights">Weights of items and queries.</param>
    /// <param name="vectors"><c>[(items + queries) x dimensions]</c></param>
    /// <param name="queries">Numbers of the queries.</param>
    public static ItemSpace Create(EncoderInput input, TfIdf weights, Matrix vectors, QueryNumbers queries)
    {
        var space = new ItemSpace(weights, vectors, [], queries, input.Threads);
        var users = space.Sum(input.Training, input.Training.AllUsers(), input.Cancellation);
        return new ItemSpace(weights, vectors, UnitRows.MeanDirection(users), queries, input.Threads);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">At the first byte.</param>
    /// <param name="queries">Numbers of the queries that have a vector.</param>
    /// <param name="threads">Maximum number of threads.</param>
    public static ItemSpace Load(Stream stream, QueryNumbers queries, int threads)
    {
        var (frequencies, vectors, mean) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        return new ItemSpace(new TfIdf(frequencies.Values), vectors, mean.Values, queries, threads);
    }

    /// <summary>Returns the same space with more queries, which count as the rarest do.</summary>
    /// <param name="queries">Different texts that it does not know.</param>
    /// <param name="vectors"><c>[queries x dimensions]</c></param>
    public ItemSpace With(string[] queries, Matrix vectors)
    {
        var all = new Matrix(_vectors.Rows + vectors.Rows, _vectors.Columns, [.. _vectors.Values, .. vectors.Values]);
        float rarest = _weights.InverseFrequency.Max();
        var weights = new TfIdf([.. _weights.InverseFrequency, .. Enumerable.Repeat(rarest, queries.Length)]);
        return new ItemSpace(weights, all, _mean, _queries.With(queries), _threads);
    }

    public bool Knows(string query) => _queries.TryFind(query, out _);

    /// <returns><c>[users x dimensions]</c>, rows of unit length.</returns>
    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = Sum(set, set.AllUsers(), cancellation);
        UnitRows.Scale(vectors, _mean);
        return vectors;
    }

    /// <returns><c>[users x items]</c></returns>
    public Matrix Score(InteractionSet set, int[] users)
    {
        var items = _queries.Count == 0 ? _vectors : new Matrix(set.ItemCount, _vectors.Columns, _vectors.Values[..(set.ItemCount * _vectors.Columns)]);
        return InnerProducts.Compute(Sum(set, users, CancellationToken.None), items, _threads);
    }

    /// <summary>Writes the inverse frequencies <c>[1 x (items + queries)]</c>, vectors <c>[(items + queries) x dimensions]</c>, the mean user <c>[1 x dimensions]</c>.</summary>
    public void Save(Stream stream) => MatrixSerializer.Write(
        stream, new Matrix(1, _vectors.Rows, _weights.InverseFrequency), _vectors, new Matrix(1, _vectors.Columns, _mean));

    private Matrix Sum(InteractionSet set, int[] users, CancellationToken cancellation)
    {
        using var rows = SearchedItems.Create(set, users, _queries);
        return _weights.Weight(rows).Times(_vectors, _threads, cancellation);
    }
}
