using InterestService.Endurance.Outages;

namespace InterestService.Api.Tests.Endurance;

public sealed class FewThreadsTests
{
    [Fact]
    public async Task No_kind_of_call_keeps_a_pool_thread_while_it_waits()
    {
        await using var few = await FewThreads.StartAsync();
        await few.RunAsync();
        Assert.Empty(few.Findings.All);
    }
}
