using InterestService.Pipeline.Preprocessing;
using TorchSharp;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Users as sums of the vectors of their items, weighed by <see cref="TfIdf"/>. A user with nothing known gets the direction of the mean
/// user. A score is the inner product of the user's sum and the item's vector.
/// </summary>
internal sealed class ItemSpace
{
    private readonly TfIdf _weights;
    private readonly Matrix _items;
    private readonly float[] _mean;

    /// <param name="training">Gives the mean user.</param>
    /// <param name="weights">Of the items.</param>
    /// <param name="items"><c>[items x dimensions]</c></param>
    /// <param name="cancellation">Looked at before each chunk of rows.</param>
    public ItemSpace(InteractionSet training, TfIdf weights, Matrix items, CancellationToken cancellation)
    {
        (_weights, _items) = (weights, items);
        _mean = UnitRows.MeanDirection(Sum(training, Everyone(training), cancellation));
    }

    private ItemSpace(TfIdf weights, Matrix items, float[] mean) => (_weights, _items, _mean) = (weights, items, mean);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static ItemSpace Load(Stream stream)
    {
        var (frequencies, items, mean) = (SavedMatrices.Read(stream), SavedMatrices.Read(stream), SavedMatrices.Read(stream));
        return new ItemSpace(new TfIdf(frequencies.Values), items, mean.Values);
    }

    public static int[] Everyone(InteractionSet set) => [.. Enumerable.Range(0, set.UserCount)];

    /// <returns><c>[users x dimensions]</c>, rows of unit length.</returns>
    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = Sum(set, Everyone(set), cancellation);
        UnitRows.Scale(vectors, _mean);
        return vectors;
    }

    /// <returns><c>[users x items]</c></returns>
    public Matrix Score(InteractionSet set, int[] users) =>
        InnerProducts.Of(Sum(set, users, CancellationToken.None), _items, torch.get_num_threads());

    /// <summary>Inverse frequencies <c>[1 x items]</c>, items <c>[items x dimensions]</c>, the mean user <c>[1 x dimensions]</c>.</summary>
    public void Save(Stream stream) => SavedMatrices.Write(
        stream, new Matrix(1, _items.Rows, _weights.InverseFrequency), _items, new Matrix(1, _items.Columns, _mean));

    private Matrix Sum(InteractionSet set, int[] users, CancellationToken cancellation) =>
        _weights.Weigh(set, users).Times(_items, torch.get_num_threads(), cancellation);
}
