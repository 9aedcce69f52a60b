using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Latent semantic analysis (Deerwester, Dumais, Furnas, Landauer and Harshman, 1990) of users as documents of items: the TF-IDF weighted
/// matrix <c>[users x items]</c>, projected on its leading right singular vectors. It learns in seconds and is what the other encoders have
/// to beat. Scores are the projection's image among the items, <c>x V V^T</c> (PureSVD: Cremonesi, Koren and Turrin, RecSys 2010). A user
/// with nothing in the learnt directions gets the direction of the mean user.
/// </summary>
public sealed class SvdEncoder : IUserEncoder
{
    private readonly ItemSpace _space;

    private SvdEncoder(ItemSpace space) => _space = space;

    /// <summary>Decomposes the matrix of all users.</summary>
    public static SvdEncoder Fit(EncoderInput input)
    {
        using var users = SparseRows.FromInteractions(input.Training, ItemSpace.Everyone(input.Training));
        var weights = TfIdf.Fit(users);
        weights.Weigh(users);
        var items = TruncatedSvd.Compute(users, input.Options.Dimensions, input.Seed, NumericThreads.Max, input.Cancellation).Right;
        return new SvdEncoder(ItemSpace.Create(input.Training, weights, items, [], input.Cancellation));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SvdEncoder Load(Stream stream, EncoderShape shape) => new(ItemSpace.Load(stream, []));

    public Matrix Encode(InteractionSet set, CancellationToken cancellation) => _space.Encode(set, cancellation);

    public Matrix Score(InteractionSet set, int[] users) => _space.Score(set, users);

    public void Save(Stream stream) => _space.Save(stream);

    public void Dispose()
    {
    }
}
