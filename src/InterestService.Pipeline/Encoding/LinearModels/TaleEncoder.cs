using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Linear next-item model in closed form (SLIST: Choi, Kim, Lee, Shim and Lee, WWW 2021; TALE: Park, Yoon, Choi and Lee, WSDM 2025):
/// <see cref="NextItemRegression"/> of the items that are new to a user. It ranks by the decayed history times the coefficients, plus a small
/// part for the items' popularity, which decides where the history says nothing. A user's vector is the history, in which earlier items count
/// longer than in the ranking, times the leading left singular vectors of the coefficients, minus that of the mean user. A user without
/// known items gets the direction of the mean user.
/// </summary>
public sealed class TaleEncoder : IUserEncoder
{
    /// <summary>Weight of an item's share of all interactions in its score; the coefficients of a frequent item sum to about 1.</summary>
    private const float PopularityWeight = .3f;

    private readonly TaleOptions _options;
    private readonly int _threads;
    private readonly SparseRows _coefficients;

    /// <summary>Part of the item in all scores, <c>[1 x items]</c>.</summary>
    private readonly Matrix _popularity;

    /// <summary>What each item of a history adds to the user's vector, <c>[items x dimensions]</c>.</summary>
    private readonly Matrix _items;

    /// <summary>Mean of the training users' vectors, each of unit length, <c>[1 x dimensions]</c>.</summary>
    private readonly Matrix _centre;

    private TaleEncoder(TaleOptions options, int threads, SparseRows coefficients, Matrix popularity, Matrix items, Matrix centre)
    {
        (_options, _threads, _coefficients) = (options, threads, coefficients);
        (_popularity, _items, _centre) = (popularity, items, centre);
    }

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<TaleOptions>("tale", Fit, Load) { UsesOrder = true };

    /// <summary>Solves the regression on all users and decomposes its coefficients.</summary>
    public static TaleEncoder Fit(EncoderInput input, TaleOptions options)
    {
        var set = input.Training;
        using var histories = OrderedItems.Create(set, set.AllUsers());
        var coefficients = NextItemRegression.Solve(
            histories, set.ItemCount, options.ItemHalfLife, options.Regularization, input.Threads, input.Cancellation);
        try
        {
            var items = Vectors(coefficients, input, options.Dimensions);
            using var users = histories.Decayed(set.ItemCount, options.VectorHalfLife);
            var sums = users.Times(items, input.Threads, input.Cancellation);
            UnitRows.Scale(sums, new float[options.Dimensions]);
            var centre = UnitRows.Mean(sums);
            return new TaleEncoder(options, input.Threads, coefficients, Popularity(set), items, centre);
        }
        catch
        {
            coefficients.Dispose();
            throw;
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TaleEncoder Load(Stream stream, EncoderShape shape, TaleOptions options)
    {
        var (popularity, items, centre) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        return new TaleEncoder(options, shape.Threads, MatrixSerializer.ReadSparse(stream), popularity, items, centre);
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        using var histories = OrderedItems.Create(set, set.AllUsers());
        using var users = histories.Decayed(set.ItemCount, _options.VectorHalfLife);
        var vectors = users.Times(_items, _threads, cancellation);
        UnitRows.Scale(vectors, _centre.Values);
        UnitRows.Centre(vectors, _centre);
        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        using var histories = OrderedItems.Create(set, users);
        using var rows = histories.Decayed(set.ItemCount, _options.ItemHalfLife);
        for (int row = 0; row < users.Length; row++)
        {
            var sums = scores.Row(row);
            _popularity.Row(0).CopyTo(sums);
            var items = rows.ColumnsOf(row);
            var weights = rows.ValuesOf(row);
            for (int i = 0; i < items.Length; i++) _coefficients.AddRow(items[i], weights[i], sums);
        }
    }

    /// <summary>Writes the popularity, the vectors of the items, the centre and the coefficients.</summary>
    public void Save(Stream stream)
    {
        MatrixSerializer.Write(stream, _popularity, _items, _centre);
        MatrixSerializer.Write(stream, _coefficients);
    }

    public void Dispose() => _coefficients.Dispose();

    private static Matrix Popularity(InteractionSet set)
    {
        var shares = new Matrix(1, set.ItemCount);
        foreach (int item in set.Columns.Span) shares.Values[item] += PopularityWeight / set.Columns.Length;
        return shares;
    }

    /// <summary>
    /// Computes the leading left singular vectors of the coefficients times the roots of the singular values, the largest of which is 1: the
    /// strongest directions, often those of the most frequent items, are less dominant than in the projection itself.
    /// </summary>
    private static Matrix Vectors(SparseRows coefficients, EncoderInput input, int dimensions)
    {
        var svd = TruncatedSvd.Compute(coefficients, dimensions, input.Seed, input.Threads, input.Cancellation);
        var items = coefficients.Times(svd.Right, input.Threads, input.Cancellation);
        double largest = svd.SingularValues[0];
        float[] scales = [.. svd.SingularValues.Select(value => value > 0 ? (float)(1 / Math.Sqrt(value * largest)) : 0)];
        for (int item = 0; item < items.Rows; item++) TensorPrimitives.Multiply(items.Row(item), scales, items.Row(item));
        return items;
    }
}
