using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Communities of items as interests (SimClusters: Satuluri et al., KDD 2020): Leiden communities of the <see cref="ItemGraph"/>; a user's
/// vector holds the share of each community in the user's items, later items first in weight, with a Dirichlet prior. One community a
/// dimension, the largest first; if there are more than dimensions, the vector is the projection of the shares on their leading directions. A
/// user without known items has the shares of all users. A score adds how near an item is to the user's own and how likely it is in the
/// user's communities.
/// </summary>
public sealed class CommunityEncoder : IItemGroups
{
    /// <summary>Users whose shares are in memory at once.</summary>
    private const int ChunkUsers = 4096;

    /// <summary>Users that the leading directions are computed from.</summary>
    private const int SampleUsers = 16_384;

    /// <summary>Weight of the communities in a score, in which the neighbours have a mean cosine.</summary>
    private const double CommunityWeight = 3;

    private readonly ItemCommunities _communities;
    private readonly Matrix _neighbours; // [items x neighbours], item numbers; -1 where there are fewer
    private readonly Matrix _cosines; // [items x neighbours]
    private readonly float[] _within; // weight of each item in its community, on the scale of a score
    private readonly double _halfLife;
    private readonly int _dimensions;
    private readonly Matrix _directions; // [dimensions x communities]; no rows where each community is a dimension
    private readonly int _threads;

    private CommunityEncoder(ItemCommunities communities, Matrix neighbours, Matrix cosines, double halfLife, int dimensions, Matrix directions, int threads)
    {
        (_communities, _neighbours, _cosines, _halfLife) = (communities, neighbours, cosines, halfLife);
        (_dimensions, _directions, _threads) = (dimensions, directions, threads);
        _within = [.. Enumerable.Range(0, neighbours.Rows).Select(item => (float)(CommunityWeight * communities.Within(item)))];
    }

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<CommunityOptions>("communities", Fit, Load) { UsesOrder = true };

    /// <summary>Finds the communities of the items that users have in common.</summary>
    public static CommunityEncoder Fit(EncoderInput input, CommunityOptions options)
    {
        var set = input.Training;
        float[] itemUsers = new float[set.ItemCount];
        foreach (int item in set.Columns.Span) itemUsers[item]++;
        int[] nodes = RanksOf(set.Events.ItemIds);
        var choice = CommunityChoice.Make(input, options, nodes, itemUsers);
        using var nearest = ItemGraph.Find(set, set.AllUsers(), options.Neighbours, input.Threads, input.Cancellation);
        var communities = ItemCommunities.Find(ItemGraph.Connect(nearest, nodes), nodes, itemUsers, choice.Resolution, input.Seed, input.Cancellation);
        var (neighbours, cosines) = Pad(nearest, options.Neighbours);
        CommunityEncoder With(Matrix directions) => new(communities, neighbours, cosines, choice.HalfLife, options.Dimensions, directions, input.Threads);
        var encoder = With(directions: new Matrix(0, communities.Count));
        return communities.Count > options.Dimensions ? With(encoder.Directions(input)) : encoder;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static CommunityEncoder Load(Stream stream, EncoderShape shape, CommunityOptions options)
    {
        var (items, neighbours, cosines) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        var (vector, directions) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        int[] communityOf = Array.ConvertAll(items.Row(0).ToArray(), community => (int)community);
        return new CommunityEncoder(
            new ItemCommunities(communityOf, items.Row(1).ToArray()), neighbours, cosines, vector.Values[0], (int)vector.Values[1], directions, shape.Threads);
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = new Matrix(set.UserCount, _dimensions);
        foreach (int[] users in set.AllUsers().Chunk(ChunkUsers))
        {
            cancellation.ThrowIfCancellationRequested();
            var shares = Shares(set, users, cancellation);
            if (_directions.Rows > 0) shares = InnerProducts.Compute(shares, _directions, _threads);
            for (int row = 0; row < users.Length; row++) shares.Row(row).CopyTo(vectors.Row(users[row]));
        }

        float[] axis = new float[_dimensions]; // of the largest communities
        axis[0] = 1;
        UnitRows.Scale(vectors, axis);
        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        var shares = Shares(set, users, CancellationToken.None);
        for (int row = 0; row < users.Length; row++)
        {
            var score = scores.Row(row);
            for (int item = 0; item < score.Length; item++) score[item] = _within[item] * shares.Row(row)[_communities.CommunityOf[item]];
            var history = Decayed(set, users[row]);
            float total = TensorPrimitives.Sum<float>(history.Weights);
            for (int i = 0; i < history.Items.Length; i++)
            {
                var others = _neighbours.Row(history.Items[i]);
                var cosines = _cosines.Row(history.Items[i]);
                for (int n = 0; n < others.Length && others[n] >= 0; n++) score[(int)others[n]] += history.Weights[i] / total * cosines[n];
            }
        }
    }

    public int[] GroupItems() => _communities.Groups();

    /// <summary>
    /// Writes the community and the number of users of each item <c>[2 x items]</c>, the neighbours and their cosines
    /// <c>[items x neighbours]</c>, the half-life and the number of dimensions <c>[1 x 2]</c>, and the directions.
    /// </summary>
    public void Save(Stream stream)
    {
        float[] communityOf = Array.ConvertAll(_communities.CommunityOf, community => (float)community);
        MatrixSerializer.Write(
            stream, new Matrix(2, communityOf.Length, [.. communityOf, .. _communities.ItemUsers]), _neighbours, _cosines,
            new Matrix(1, 2, [(float)_halfLife, _dimensions]), _directions);
    }

    public void Dispose()
    {
    }

    /// <summary>Computes the shares of communities, <c>[users x communities]</c>.</summary>
    private Matrix Shares(InteractionSet set, int[] users, CancellationToken cancellation)
    {
        var shares = new Matrix(users.Length, _communities.Count);
        new RowChunks(users.Length, _threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            double[] share = new double[_communities.Count];
            for (int row = first; row < end; row++)
            {
                _communities.Share(Decayed(set, users[row]), share);
                TensorPrimitives.ConvertTruncating<double, float>(share, shares.Row(row));
            }
        });
        return shares;
    }

    /// <summary>Returns a user's items with weights that halve with every half-life of later items.</summary>
    private ItemHistory Decayed(InteractionSet set, int user)
    {
        if (double.IsPositiveInfinity(_halfLife)) return new ItemHistory(set.ColumnsOf(user).ToArray(), set.WeightsOf(user).ToArray());
        var history = ItemHistory.Create(set, user);
        for (int i = 0; i < history.Items.Length; i++)
            history.Weights[i] *= (float)ItemHistory.Recency(i, history.Items.Length, _halfLife);
        return history;
    }

    /// <summary>Computes the leading directions of the users' shares, <c>[dimensions x communities]</c>, from a sample of the users.</summary>
    private Matrix Directions(EncoderInput input)
    {
        var set = input.Training;
        int[] sample = new Random(input.Seed).SampleAscending(set.UserCount, Math.Min(set.UserCount, SampleUsers));
        return LeadingDirections.Compute(Shares(set, sample, input.Cancellation), _dimensions, mean: null, _threads, input.Cancellation);
    }

    /// <summary>Returns the place of each id among all in ordinal order.</summary>
    private static int[] RanksOf(string[] ids)
    {
        int[] order = [.. Enumerable.Range(0, ids.Length)], ranks = new int[ids.Length];
        Array.Sort([.. ids], order, StringComparer.Ordinal);
        for (int rank = 0; rank < order.Length; rank++) ranks[order[rank]] = rank;
        return ranks;
    }

    private static (Matrix Neighbours, Matrix Cosines) Pad(SparseRows nearest, int width)
    {
        var (neighbours, cosines) = (new Matrix(nearest.RowCount, width), new Matrix(nearest.RowCount, width));
        neighbours.Values.AsSpan().Fill(-1);
        for (int item = 0; item < nearest.RowCount; item++)
        {
            var others = nearest.ColumnsOf(item);
            for (int i = 0; i < others.Length; i++) neighbours.Row(item)[i] = others[i];
            nearest.ValuesOf(item).CopyTo(cosines.Row(item));
        }

        return (neighbours, cosines);
    }
}
