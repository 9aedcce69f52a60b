using InterestService.Endurance.Overload;

namespace InterestService.Api.Tests.Endurance;

public sealed class FloodTests
{
    [Fact]
    public async Task More_uploads_than_can_be_served_are_refused_and_those_served_are_stored()
    {
        await using var flood = await Flood.StartAsync();
        var result = await flood.RunAsync(clients: 300, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(flood.Findings.All, finding => !finding.Contains("of the lookups take", StringComparison.Ordinal)); // timing is measured in the long form
        Assert.InRange(result.Refused, 1, int.MaxValue);
    }
}
