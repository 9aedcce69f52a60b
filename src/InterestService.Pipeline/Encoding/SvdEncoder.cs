using InterestService.Pipeline.Preprocessing;
using TorchSharp;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Latent semantic analysis (Deerwester, Dumais, Furnas, Landauer and Harshman, 1990) of users as documents of items: the TF-IDF weighted
/// matrix <c>[users x items]</c>, projected on its leading right singular vectors. It learns in seconds and is what the other encoders have
/// to beat. Scores are the projection's image among the items, <c>x V V^T</c> (PureSVD: Cremonesi, Koren and Turrin, RecSys 2010). A user
/// with nothing in the learnt directions gets the direction of the mean user.
/// </summary>
public sealed class SvdEncoder : IUserEncoder
{
    private readonly TfIdf _weights;
    private readonly Matrix _items; // V: [items x dimensions]
    private readonly float[] _mean;

    private SvdEncoder(TfIdf weights, Matrix items, Matrix training)
    {
        _weights = weights;
        _items = items;
        _mean = UnitRows.MeanDirection(training);
    }

    /// <summary>Decomposes the matrix of all users.</summary>
    public static SvdEncoder Fit(EncoderInput input)
    {
        var weights = TfIdf.Fit(input.Training);
        var users = weights.Weigh(input.Training, Everyone(input.Training));
        int threads = torch.get_num_threads();
        var items = TruncatedSvd.Of(users, input.Options.Dimensions, input.Seed, threads, input.Cancellation).Right;
        return new SvdEncoder(weights, items, users.Times(items, threads, input.Cancellation));
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = _weights.Weigh(set, Everyone(set)).Times(_items, torch.get_num_threads(), cancellation);
        UnitRows.Scale(vectors, _mean);
        return vectors;
    }

    public Matrix Score(InteractionSet set, int[] users)
    {
        int threads = torch.get_num_threads();
        return ItemScores.Of(_weights.Weigh(set, users).Times(_items, threads, CancellationToken.None), _items, threads);
    }

    /// <summary>Inverse frequencies <c>[1 x items]</c>, V <c>[items x dimensions]</c>, the mean user <c>[1 x dimensions]</c>.</summary>
    public void Save(Stream stream) => SavedMatrices.Write(
        stream,
        new Matrix(1, _weights.InverseFrequency.Length, _weights.InverseFrequency),
        _items,
        new Matrix(1, _mean.Length, _mean));

    public void Dispose()
    {
    }

    private static int[] Everyone(InteractionSet set) => [.. Enumerable.Range(0, set.UserCount)];
}
