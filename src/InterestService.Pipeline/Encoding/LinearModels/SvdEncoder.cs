using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Latent semantic analysis (Deerwester, Dumais, Furnas, Landauer and Harshman, 1990) of users as documents of items: the TF-IDF weighted
/// matrix <c>[users x items]</c>, projected on its leading right singular vectors. It learns in seconds and is the baseline for the other
/// encoders. Scores are the projection's image among the items, <c>x V V^T</c> (PureSVD: Cremonesi, Koren and Turrin, RecSys 2010). A user
/// with nothing in the learnt directions gets the direction of the mean user.
/// </summary>
public sealed class SvdEncoder : IUserEncoder
{
    private readonly ItemSpace _space;

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<EncoderOptions>("svd", Fit, Load);

    private SvdEncoder(ItemSpace space) => _space = space;

    /// <summary>Decomposes the matrix of all users.</summary>
    public static SvdEncoder Fit(EncoderInput input, EncoderOptions options)
    {
        using var users = input.Training.ToSparseRows(input.Training.AllUsers()); // a copy, which the weights scale
        var weights = TfIdf.Fit(users);
        weights.Weight(users);
        var items = TruncatedSvd.Compute(users, options.Dimensions, input.Seed, input.Threads, input.Cancellation).Right;
        return new SvdEncoder(ItemSpace.Create(input, weights, items, queries: null));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SvdEncoder Load(Stream stream, EncoderShape shape, EncoderOptions options) => new(ItemSpace.Load(stream, shape.ItemCount, shape.Threads));

    public Matrix Encode(InteractionSet set, CancellationToken cancellation) => _space.Encode(set, queries: null, cancellation);

    public void Score(InteractionSet set, int[] users, Matrix scores) => _space.Score(set, users, queries: null, items: null, scores);

    public void Save(Stream stream) => _space.Save(stream);

    public void Dispose()
    {
    }
}
