using InterestService.Endurance.Stops;

namespace InterestService.Api.Tests.Endurance;

public sealed class StopTests
{
    [Fact]
    public async Task The_service_stops_in_time_whatever_callers_and_jobs_do()
    {
        var result = await BusyStop.RunAsync();
        Assert.Empty(result.Findings.All);
    }
}
