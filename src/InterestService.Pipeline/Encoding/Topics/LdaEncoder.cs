using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Latent Dirichlet allocation (Blei, Ng and Jordan, JMLR 2003): a user is a document of items, and the vector is the square root of the
/// mixture of topics, so that Euclidean distance is that of Hellinger. One topic a dimension; default 100 passes. Scores are the
/// probabilities of items under the mixture. A user without known items has all topics in equal parts.
/// </summary>
public sealed class LdaEncoder : IUserEncoder
{
    private const int DefaultPasses = 100;

    private readonly LdaTopics _topics;
    private readonly int _threads;

    private LdaEncoder(LdaTopics topics, int threads) => (_topics, _threads) = (topics, threads);

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<IterativeEncoderOptions>("lda", Fit, Load);

    /// <summary>Learns topics from all users; reports the loss of each pass, in nats a unit of weight.</summary>
    public static LdaEncoder Fit(EncoderInput input, IterativeEncoderOptions options)
    {
        int passes = options.Epochs ?? DefaultPasses;
        var topics = LdaTopics.Fit(
            input.Training, options.Dimensions, passes, input.Seed, input.Threads,
            (pass, loss) => input.Report(new EpochReport(pass, passes, loss, null)), input.Cancellation);
        return new LdaEncoder(topics, input.Threads);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static LdaEncoder Load(Stream stream, EncoderShape shape, IterativeEncoderOptions options) =>
        new(new LdaTopics(MatrixSerializer.Read(stream)), shape.Threads);

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        using var users = set.ToSparseRows();
        var vectors = _topics.Mix(users, _threads, cancellation);
        TensorPrimitives.Sqrt(vectors.Values, vectors.Values);
        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        using var rows = set.ToSparseRows(users);
        InnerProducts.Compute(_topics.Mix(rows, _threads, CancellationToken.None), _topics.Items, scores, _threads);
    }

    /// <summary>Writes the probabilities of items by topic, <c>[items x topics]</c>.</summary>
    public void Save(Stream stream) => MatrixSerializer.Write(stream, _topics.Items);

    public void Dispose()
    {
    }
}
