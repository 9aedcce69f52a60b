using InterestService.Pipeline.Encoding.Sequences;

namespace InterestService.Pipeline.Tests.Encoding.Sequences;

public sealed class BatchMemoryTests
{
    private static readonly SequenceOptions _options = new() { Dimensions = 64, SequenceLength = 100 };

    [Fact]
    public void A_CPU_has_no_limit() => Assert.Equal(int.MaxValue, BatchMemory.Positions("cpu", _options));

    [Fact]
    public void A_batch_follows_the_free_memory_and_the_size_of_the_network()
    {
        int positions = BatchMemory.Positions(8L << 30, _options);
        Assert.InRange(positions, 1_600, 1_000_000);
        Assert.InRange(BatchMemory.Positions(16L << 30, _options), (2 * positions) - 1, (2 * positions) + 1);
        Assert.True(BatchMemory.Positions(8L << 30, _options with { Layers = 8 }) < positions);
    }

    [Fact]
    public void A_window_is_always_possible() => Assert.Equal(100, BatchMemory.Positions(0, _options));
}
