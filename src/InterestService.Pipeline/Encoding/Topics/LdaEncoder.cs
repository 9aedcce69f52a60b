using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Latent Dirichlet allocation (Blei, Ng and Jordan, JMLR 2003): a user is a document of items, and the vector is the square root of the
/// mixture of topics, so that Euclidean distance is that of Hellinger. One topic a dimension; default 100 passes. Scores are the
/// probabilities of items under the mixture. A user with nothing known has all topics alike.
/// </summary>
public sealed class LdaEncoder : IUserEncoder
{
    private const int DefaultPasses = 100;

    private readonly LdaTopics _topics;

    private LdaEncoder(LdaTopics topics) => _topics = topics;

    /// <summary>Learns topics from all users; reports the loss of each pass, in nats a unit of weight.</summary>
    public static LdaEncoder Fit(EncoderInput input)
    {
        int passes = input.Options.Epochs ?? DefaultPasses;
        return new LdaEncoder(LdaTopics.Fit(
            input.Training, input.Options.Dimensions, passes, input.Seed, NumericThreads.Max,
            (pass, loss) => input.Report(new EpochReport(pass, passes, loss, null)), input.Cancellation));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static LdaEncoder Load(Stream stream, EncoderShape shape) => new(new LdaTopics(MatrixSerializer.Read(stream)));

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        using var users = SparseRows.FromInteractions(set);
        var vectors = _topics.Mix(users, NumericThreads.Max, cancellation);
        TensorPrimitives.Sqrt(vectors.Values, vectors.Values);
        return vectors;
    }

    public Matrix Score(InteractionSet set, int[] users)
    {
        int threads = NumericThreads.Max;
        using var rows = SparseRows.FromInteractions(set, users);
        return InnerProducts.Compute(_topics.Mix(rows, threads, CancellationToken.None), _topics.Items, threads);
    }

    /// <summary>Probabilities of items by topic, <c>[items x topics]</c>.</summary>
    public void Save(Stream stream) => MatrixSerializer.Write(stream, _topics.Items);

    public void Dispose()
    {
    }
}
