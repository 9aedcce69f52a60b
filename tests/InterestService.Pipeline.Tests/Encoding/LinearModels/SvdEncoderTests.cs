using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.LinearModels;

public sealed class SvdEncoderTests() : EncoderContract("svd")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>TfidfTransformer, then TruncatedSVD(5, algorithm="arpack"), then normalize: scikit-learn 1.2.1.</summary>
    [Fact]
    public void Cosines_and_scores_match_scikit_learn()
    {
        var set = FormulaSet(users: 40, items: 25);
        using var model = EncoderRun.Fit(SvdEncoder.Descriptor, set, dimensions: 5);
        var vectors = model.Encode(set, Cancellation);
        (int A, int B, double Cosine)[] cosines =
            [(0, 1, .009672), (3, 9, -.069374), (5, 38, .990207), (20, 21, .622281), (17, 30, .054101)];
        Assert.All(cosines, expected => Assert.Equal(expected.Cosine, EncoderRun.Cosine(vectors, expected.A, expected.B), 1e-4));
        var scores = model.Score(set, [0, 7, 39]);
        Assert.Equal(-.012115, scores.Row(0)[1], 1e-4);
        Assert.Equal(.122619, scores.Row(1)[20], 1e-4);
        Assert.Equal(.163616, scores.Row(2)[24], 1e-4);
    }

    [Fact]
    public void Planted_blocks_are_separated()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 40, 10, 8, seed: 2));
        using var model = EncoderRun.Fit(SvdEncoder.Descriptor, set, dimensions: 3);
        EncoderRun.AssertBlocksSeparate(model, set);
    }

    [Fact]
    public void Vectors_have_unit_length_even_with_more_dimensions_than_items()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4));
        using var model = EncoderRun.Fit(SvdEncoder.Descriptor, set, dimensions: 32);
        EncoderRun.AssertUnitLength(model.Encode(set, Cancellation), set.UserCount, 32);
    }

    [Fact]
    public void Users_absent_from_training_are_near_their_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 5));
        using var model = EncoderRun.Fit(SvdEncoder.Descriptor, set, dimensions: 4);
        EncoderRun.AssertUnseenUsersAreNearTheirBlock(model, set);
    }

    [Fact]
    public void A_user_without_known_items_gets_the_mean_direction()
    {
        // Item 9 is in the vocabulary, but no user of the training has it.
        var training = Set(10, [[0, 1], [1, 2], [0, 2]]);
        using var model = EncoderRun.Fit(SvdEncoder.Descriptor, training, dimensions: 2);
        var vectors = model.Encode(Set(10, [[9], [0, 1, 2]]), Cancellation);
        EncoderRun.AssertUnitLength(vectors, 2, 2);
        Assert.Equal(1, EncoderRun.Cosine(vectors, 0, 1), 1e-4);
    }

    private static InteractionSet FormulaSet(int users, int items) => Set(items, [.. Enumerable.Range(0, users).Select(user =>
        Enumerable.Range(0, items).Where(item => Level(user, item) < 3 || item == user % items).ToArray())], Level);

    private static int Level(int user, int item) => ((user * 7) + (item * item * 3) + (user * item)) % 11;

    /// <summary>Interactions without events, which this encoder does not use; the weight is 1 plus a quarter of the level.</summary>
    private static InteractionSet Set(int items, int[][] rows, Func<int, int, int>? level = null)
    {
        int[] offsets = [0, .. rows.Select((_, row) => rows[..(row + 1)].Sum(r => r.Length))];
        var log = new EventLog(
            [.. rows.Select((_, row) => $"u{row}")], new int[rows.Length + 1],
            [.. Enumerable.Range(0, items).Select(item => $"i{item}")], [], [], [], []);
        return new InteractionSet(
            log, offsets, [.. rows.SelectMany(row => row)],
            [.. rows.SelectMany((row, user) => row.Select(item => 1 + ((level?.Invoke(user, item) ?? 0) * .25f)))]);
    }
}
