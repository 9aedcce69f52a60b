using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Ensembles;

/// <summary>
/// Several encoders as one. It ranks items by the weighted sum of the members' reciprocal ranks (Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion
/// outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009), which needs no common scale of their scores. A user's vector is
/// that of each member in turn, so that a cosine is the weighted mean of the members' cosines.
/// </summary>
internal sealed class EnsembleEncoder : IUserEncoder
{
    /// <summary>
    /// The constant of the fusion: with a larger one the value of a rank falls more slowly. The paper's 60 suits long lists; what counts here
    /// is the first ten.
    /// </summary>
    private const float Constant = 10;

    private readonly EnsembleMember[] _members;
    private readonly IUserEncoder[] _encoders;

    private EnsembleEncoder(EnsembleMember[] members, IUserEncoder[] encoders) => (_members, _encoders) = (members, encoders);

    /// <summary>Creates the encoders of all members in turn; when one fails, the others are disposed.</summary>
    /// <param name="members">At least one.</param>
    /// <param name="create">Trains or reads an encoder.</param>
    public static EnsembleEncoder Create(EnsembleMember[] members, Func<EncoderDescriptor, IUserEncoder> create)
    {
        var encoders = new List<IUserEncoder>();
        try
        {
            foreach (var member in members) encoders.Add(create(member.Encoder));
            return new EnsembleEncoder(members, [.. encoders]);
        }
        catch
        {
            foreach (var encoder in encoders) encoder.Dispose();
            throw;
        }
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        Matrix[] parts = [.. _encoders.Select(encoder => encoder.Encode(set, cancellation))];
        var vectors = new Matrix(set.UserCount, parts.Sum(part => part.Columns));
        for (int user = 0; user < vectors.Rows; user++)
        {
            var rest = vectors.Row(user);
            foreach (var (member, part) in _members.Zip(parts))
            {
                TensorPrimitives.Multiply(part.Row(user), (float)Math.Sqrt(member.Weight), rest[..part.Columns]);
                rest = rest[part.Columns..];
            }
        }

        UnitRows.Scale(vectors, new float[vectors.Columns]);
        return vectors;
    }

    public bool Knows(InteractionSet set, int user) => _encoders.Any(encoder => encoder.Knows(set, user));

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        Array.Clear(scores.Values);
        var part = new Matrix(scores.Rows, scores.Columns);
        int[] items = new int[scores.Columns];
        foreach (var (member, encoder) in _members.Zip(_encoders))
        {
            encoder.Score(set, users, part);
            for (int row = 0; row < scores.Rows; row++)
            {
                var ranked = part.Row(row);
                var sums = scores.Row(row);
                for (int item = 0; item < items.Length; item++) items[item] = item;
                TensorPrimitives.Negate(ranked, ranked);
                ranked.Sort(items.AsSpan());
                for (int rank = 0; rank < items.Length; rank++) sums[items[rank]] += (float)member.Weight / (Constant + 1 + rank);
            }
        }
    }

    public void Save(Stream stream)
    {
        foreach (var encoder in _encoders) encoder.Save(stream);
    }

    public void Dispose()
    {
        foreach (var encoder in _encoders) encoder.Dispose();
    }
}
