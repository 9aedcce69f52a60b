using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Ensembles;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Ensembles;

public sealed class EnsembleEncoderTests() : EncoderContract("ensemble")
{
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Blocks(2, 3, 2, 2, seed: 1)); // 6 users, 4 items

    protected override int Members => 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Items_rank_by_the_weighted_sum_of_reciprocal_ranks_whatever_the_scale_of_the_scores()
    {
        using var ensemble = Create(new Fixed([9, 5, 1, 0], [1, 0]), new Fixed([-800, -1, -2, -3], [0, 1]));
        float[] scores = ensemble.Score(_set, [0]).Values;
        Assert.Equal([1, 2, 0, 3], Enumerable.Range(0, 4).OrderByDescending(item => scores[item]));
        Assert.Equal((.25f / 11) + (.75f / 14), scores[0], 1e-6f);
        Assert.Equal((.25f / 12) + (.75f / 11), scores[1], 1e-6f);
    }

    [Fact]
    public void A_cosine_is_the_weighted_mean_of_the_members_cosines()
    {
        using var ensemble = Create(new Fixed([0, 0, 0, 0], [1, 0], [0, 1]), new Fixed([0, 0, 0, 0], [.6f, .8f], [.8f, .6f]));
        var vectors = ensemble.Encode(_set, Cancellation);
        Assert.Equal(.75 * .96, EncoderRun.Cosine(vectors, 0, 1), 1e-6);
    }

    [Fact]
    public void A_member_that_fails_leaves_no_other_undisposed()
    {
        var first = new Fixed([0], [1]);
        Assert.Throws<InvalidOperationException>(() => EnsembleEncoder.Create(
            [Member(first, .5), Member(null, .5)], descriptor => ((FixedDescriptor)descriptor).Encoder ?? throw new InvalidOperationException("the second")));
        Assert.True(first.IsDisposed);
    }

    private static EnsembleEncoder Create(Fixed first, Fixed second) =>
        EnsembleEncoder.Create([Member(first, .25), Member(second, .75)], descriptor => ((FixedDescriptor)descriptor).Encoder!);

    private static EnsembleMember Member(Fixed? encoder, double weight) => new(new FixedDescriptor(encoder), weight);

    private sealed class FixedDescriptor(Fixed? encoder) : EncoderDescriptor("fixed")
    {
        public Fixed? Encoder => encoder;

        public override IReadOnlyList<Type> OptionsTypes => [];

        public override IUserEncoder Fit(EncoderInput input, OptionValues values) => throw new NotSupportedException();

        public override IUserEncoder Load(Stream stream, EncoderShape shape, System.Text.Json.Nodes.JsonObject options) => throw new NotSupportedException();
    }

    /// <summary>Gives each user the same scores, and the users the given vectors in turn.</summary>
    private sealed class Fixed(float[] scores, params float[][] vectors) : IUserEncoder
    {
        public bool IsDisposed { get; private set; }

        public Matrix Encode(InteractionSet set, CancellationToken cancellation)
        {
            var all = new Matrix(set.UserCount, vectors[0].Length);
            for (int user = 0; user < set.UserCount; user++) vectors[user % vectors.Length].CopyTo(all.Row(user));
            return all;
        }

        public void Score(InteractionSet set, int[] users, Matrix target)
        {
            for (int row = 0; row < users.Length; row++) scores.CopyTo(target.Row(row));
        }

        public void Save(Stream stream)
        {
        }

        public void Dispose() => IsDisposed = true;
    }
}
