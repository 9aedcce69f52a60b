using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Users as non-negative mixtures of topics, each a non-negative weighting of items: <see cref="NonNegativeFactors"/> of the
/// <see cref="TfIdf"/> weights. One topic a dimension; default at most 100 passes. Scores are the mixture's image among the items. A user
/// without known items gets the direction of the mean user.
/// </summary>
public sealed class NmfEncoder : IUserEncoder
{
    private const int DefaultPasses = 100;

    private readonly TfIdf _weights;
    private readonly NonNegativeFactors _factors;
    private readonly float[] _mean;
    private readonly int _threads;

    private NmfEncoder(TfIdf weights, NonNegativeFactors factors, float[] mean, int threads) =>
        (_weights, _factors, _mean, _threads) = (weights, factors, mean, threads);

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<IterativeEncoderOptions>("nmf", Fit, Load);

    /// <summary>Learns topics from all users; reports after each pass the part of the squared length of the weights that is left over.</summary>
    public static NmfEncoder Fit(EncoderInput input, IterativeEncoderOptions options)
    {
        int passes = options.Epochs ?? DefaultPasses;
        using var users = input.Training.ToSparseRows(input.Training.AllUsers()); // a copy, which the weights scale
        var weights = TfIdf.Fit(users);
        weights.Weight(users);
        var factors = NonNegativeFactors.Fit(
            users, options.Dimensions, passes, input.Seed, input.Threads,
            (pass, loss) => input.Report(new EpochReport(pass, passes, loss, null)), input.Cancellation);
        var mean = UnitRows.MeanDirection(factors.Mix(users, input.Threads, input.Cancellation));
        return new NmfEncoder(weights, factors, mean, input.Threads);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static NmfEncoder Load(Stream stream, EncoderShape shape, IterativeEncoderOptions options)
    {
        var (frequencies, items, mean) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        return new NmfEncoder(new TfIdf(frequencies.Values), new NonNegativeFactors(items), mean.Values, shape.Threads);
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = Mix(set, set.AllUsers(), cancellation);
        UnitRows.Scale(vectors, _mean);
        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores) =>
        InnerProducts.Compute(Mix(set, users, CancellationToken.None), _factors.Items, scores, _threads);

    /// <summary>Writes the inverse frequencies <c>[1 x items]</c>, the topics <c>[items x topics]</c> and the mean user <c>[1 x topics]</c>.</summary>
    public void Save(Stream stream) => MatrixSerializer.Write(
        stream, new Matrix(1, _weights.InverseFrequency.Length, _weights.InverseFrequency), _factors.Items, new Matrix(1, _mean.Length, _mean));

    public void Dispose()
    {
    }

    private Matrix Mix(InteractionSet set, int[] users, CancellationToken cancellation)
    {
        using var rows = set.ToSparseRows(users);
        return _factors.Mix(_weights.Weight(rows), _threads, cancellation);
    }
}
