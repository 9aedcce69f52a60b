using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Networks;

/// <summary>Fewer epochs and larger steps, the more there is to learn from.</summary>
public sealed class AutoencoderTrainingTests
{
    /// <param name="users">Each has 6 items: two whole histories and one cut.</param>
    /// <param name="epochs">300,000 examples or fewer in all, from 1 to 20 epochs.</param>
    /// <param name="batchSize">200 steps or fewer, from 128 to 1024 examples a step.</param>
    [Theory]
    [InlineData(100, 20, 128)]
    [InlineData(20_000, 5, 300)]
    [InlineData(100_000, 1, 1024)]
    public void Epochs_and_steps_follow_the_number_of_examples(int users, int epochs, int batchSize)
    {
        var set = TestEvents.Weight(TestEvents.Blocks(1, users, 40, 6, seed: 9));
        var training = new AutoencoderTraining(set);
        Assert.Equal((epochs, batchSize), (training.Epochs, training.BatchSize));
        Assert.Equal(3 * users, training.Batches(batchSize, new Random(1)).Sum(batch => batch.Length));
    }
}
