using InterestService.Pipeline.Events;
using InterestService.Pipeline.Options;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Text;

/// <summary>Text features of the encoders that learn from behaviour.</summary>
public sealed class TextFeaturesTests
{
    private static readonly OptionValues _small = new()
    {
        ["dimensions"] = 8,
        ["layers"] = 1,
        ["sequenceLength"] = 8,
        ["epochs"] = 15,
        ["batchSize"] = 4,
        ["learningRate"] = 2e-2,
        ["dropout"] = .1,
        ["textFeatures"] = true,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("autoencoder")]
    [InlineData("rnn")]
    [InlineData("cnn")]
    [InlineData("transformer")]
    public void An_item_absent_from_training_is_placed_by_its_text(string name)
    {
        var log = TestEvents.Blocks(2, 15, 8, 5, seed: 13);
        var set = TestEvents.Weight(log with { ItemIds = [.. log.ItemIds, "new"] });
        int unseen = set.ItemCount - 1;
        var second = set.Events.ItemIds.Select(item => item.StartsWith("i-1", StringComparison.Ordinal)).ToArray();
        ItemDescription[] catalogue = [.. second.Select(wine => new ItemDescription(wine ? "wine glass" : "garden hose", []))];
        using var model = Encoders.Named(name).Fit(EncoderRun.Input(set, catalogue), _small);

        // It ranks above all items of the second block for a user of the first, and below them for a user of the second.
        int[] users = [0, set.UserCount - 1];
        var scores = model.Score(set, users);
        Assert.All(ScoresOfSecondBlock(row: 0), score => Assert.True(scores.Row(0)[unseen] > score));
        Assert.All(ScoresOfSecondBlock(row: 1), score => Assert.True(scores.Row(1)[unseen] < score));

        // A user with only this item is similar to a user with only an item of the first block.
        int[] seeds = [unseen, Array.IndexOf(set.Events.ItemIds, "i-0-0"), Array.IndexOf(set.Events.ItemIds, "i-1-0")];
        var single = TestEvents.Weight(set.Events with
        {
            UserIds = ["a", "b", "c"],
            UserOffsets = [0, 1, 2, 3],
            Items = [.. seeds],
            Types = new(3),
            Times = new(3),
        });
        var vectors = model.Encode(single, Cancellation);
        Assert.True(EncoderRun.Cosine(vectors, 0, 1) > EncoderRun.Cosine(vectors, 0, 2) + .5, $"{EncoderRun.Cosine(vectors, 0, 1)} and {EncoderRun.Cosine(vectors, 0, 2)}");

        IEnumerable<float> ScoresOfSecondBlock(int row) =>
            Enumerable.Range(0, set.ItemCount).Where(item => second[item]).Select(item => scores.Row(row)[item]);
    }
}
