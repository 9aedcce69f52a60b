using InterestService.Endurance.Outages;

namespace InterestService.Api.Tests.Endurance;

public sealed class OutageTests
{
    [Fact]
    public async Task Lookups_go_on_and_the_service_recovers_whatever_the_network_to_PostgreSQL_does()
    {
        await using var outage = await Outage.StartAsync();
        foreach (var weather in Enum.GetValues<Weather>()) await outage.RunAsync(weather, TimeSpan.FromSeconds(1));
        Assert.Empty(outage.Findings.All);
    }
}
