using InterestService.Pipeline.Encoding.Sequences;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Sequences;

public sealed class CnnTests() : EncoderContract("cnn");

public sealed class RnnTests() : EncoderContract("rnn")
{
    [Fact]
    public void Users_with_one_event_are_skipped_in_training_and_encoded()
    {
        var set = TestEvents.Weight(TestEvents.Log(("a", "x", "view", 0), ("b", "y", "view", 0)));
        using var model = RnnEncoder.Fit(EncoderRun.Input(set), new SequenceOptions { Dimensions = 8, Epochs = 1 });
        Assert.Equal(1, EncoderRun.Cosine(model.Encode(set, TestContext.Current.CancellationToken), 1, 1), 1e-5);
    }
}

public sealed class TransformerTests() : EncoderContract("transformer");
