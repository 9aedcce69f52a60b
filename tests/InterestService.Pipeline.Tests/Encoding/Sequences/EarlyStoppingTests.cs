using InterestService.Pipeline.Encoding.Sequences;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Sequences;

/// <summary>When the training of the sequence encoders ends.</summary>
public sealed class EarlyStoppingTests
{
    [Fact]
    public void A_small_log_is_not_given_up_after_a_few_steps()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 5, 10, 4, seed: 12)); // one step a pass
        int Epochs(Func<int, double?> recallOfEpoch)
        {
            int epochs = 0;
            var input = EncoderRun.Input(set) with { Validate = _ => recallOfEpoch(epochs), Report = _ => epochs++ };
            RnnEncoder.Fit(input, new SequenceOptions { Dimensions = 8 }).Dispose();
            return epochs;
        }

        Assert.Equal(101, Epochs(epoch => .5 - (.001 * epoch))); // 100 steps without a better recall
        Assert.Equal(200, Epochs(_ => .5)); // as good as the best counts as better
    }
}
