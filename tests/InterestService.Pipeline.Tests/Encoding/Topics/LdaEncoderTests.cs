using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Topics;

public sealed class LdaEncoderTests() : EncoderContract("lda")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Planted_blocks_are_separated()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 40, 10, 8, seed: 2));
        using var model = EncoderRun.Fit(LdaEncoder.Descriptor, set, dimensions: 3);
        EncoderRun.AssertBlocksSeparate(model, set);
    }

    [Fact]
    public void Users_absent_from_training_are_near_their_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 5));
        using var model = EncoderRun.Fit(LdaEncoder.Descriptor, set, dimensions: 2);
        EncoderRun.AssertUnseenUsersAreNearTheirBlock(model, set);
    }

    [Fact]
    public void Vectors_have_unit_length()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4));
        using var model = EncoderRun.Fit(LdaEncoder.Descriptor, set, dimensions: 16);
        EncoderRun.AssertUnitLength(model.Encode(set, Cancellation), set.UserCount, 16);
    }

    [Fact]
    public void Scores_are_probabilities_of_items()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 20, 10, 8, seed: 6));
        using var model = EncoderRun.Fit(LdaEncoder.Descriptor, set, dimensions: 3);
        var scores = model.Score(set, [0, 30]);
        Assert.All(scores.Values, score => Assert.True(score > 0));
        Assert.Equal(1, scores.Row(0).ToArray().Sum(), 1e-4);
        Assert.Equal(1, scores.Row(1).ToArray().Sum(), 1e-4);
    }

    [Fact]
    public void A_user_without_known_items_has_equal_topic_weights()
    {
        var all = TestEvents.Weight(TestEvents.Log([("a", "x", "view", 0), ("a", "y", "view", 1), ("b", "y", "view", 2), ("c", "z", "view", 3)]));
        var training = all with { RowOffsets = [0, 2, 3, 3], Columns = [.. all.Columns[..3]], Weights = [.. all.Weights[..3]] };
        using var model = EncoderRun.Fit(LdaEncoder.Descriptor, training, dimensions: 4);
        Assert.All(model.Encode(all, Cancellation).Row(2).ToArray(), value => Assert.Equal(.5, value, 1e-5));
    }

    [Fact]
    public void Loss_decreases_with_every_pass_to_that_of_a_model_that_knows_the_block()
    {
        var losses = new List<double>();
        using var model = EncoderRun.Fit(
            LdaEncoder.Descriptor, TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 1)), dimensions: 2,
            report: epoch => losses.Add(epoch.Loss!.Value));
        Assert.Equal(100, losses.Count);
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-5));
        Assert.InRange(losses[^1], Math.Log(10) - .3, Math.Log(11));
    }

    [Fact]
    public void Training_stops_when_cancelled()
    {
        using var stop = new CancellationTokenSource();
        int passes = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => EncoderRun.Fit(
            LdaEncoder.Descriptor, TestEvents.Weight(TestEvents.Blocks(2, 10, 5, 4, seed: 4)), dimensions: 2,
            report: _ => { if (++passes == 2) stop.Cancel(); }, cancellation: stop.Token));
        Assert.Equal(2, passes);
    }
}
