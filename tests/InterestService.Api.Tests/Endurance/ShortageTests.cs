using InterestService.Endurance.Shortages;

namespace InterestService.Api.Tests.Endurance;

public sealed class ShortageTests
{
    [Fact]
    public async Task A_full_disk_refuses_calls_with_the_reason_and_loses_nothing()
    {
        await using var full = await FullDisk.StartAsync();
        Assert.SkipWhen(full is null, "Only root on Linux can mount a small disk.");
        int acknowledged = await full.RunAsync(refused: 10);
        Assert.Empty(full.Findings.All);
        Assert.InRange(acknowledged, 1, int.MaxValue);
    }

    [Fact]
    public async Task A_clustering_that_needs_more_memory_than_there_is_fails_with_the_reason_and_everything_else_goes_on()
    {
        await using var little = await LittleMemory.StartAsync(megabytes: 96);
        await little.RunAsync(users: 200_000);
        Assert.Empty(little.Findings.All);
    }
}
