using InterestService.Endurance.Overload;

namespace InterestService.Api.Tests.Endurance;

public sealed class FloodTests
{
    [Fact]
    public async Task More_uploads_than_can_be_served_are_refused_and_those_served_are_stored()
    {
        await using var flood = await Flood.StartAsync();
        var sustainable = await flood.RunAsync(Flood.Sustainable, TimeSpan.FromSeconds(2));
        await flood.OfferAsync(3 * sustainable.Rate, TimeSpan.FromSeconds(2));
        var result = await flood.RunAsync(clients: 300, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(flood.Findings.All, finding => !finding.Contains("The memory grows from", StringComparison.Ordinal)); // in seconds, it does
        Assert.Equal(0, sustainable.Refused);
        Assert.InRange(result.Refused, 1, int.MaxValue);
    }
}
