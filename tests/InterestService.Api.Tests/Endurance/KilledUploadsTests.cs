using InterestService.Endurance.Kills;

namespace InterestService.Api.Tests.Endurance;

public sealed class KilledUploadsTests
{
    [Fact]
    public async Task Every_acknowledged_event_is_stored_once_although_the_service_and_PostgreSQL_are_killed()
    {
        var result = await KilledUploads.RunAsync(rounds: 2, clients: 3, TestContext.Current.SendDiagnosticMessage);
        Assert.Empty(result.Findings.All);
        Assert.InRange(result.Acknowledged, 1, long.MaxValue);
    }
}
