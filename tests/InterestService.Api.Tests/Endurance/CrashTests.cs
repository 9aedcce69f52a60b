using InterestService.Endurance.Crashes;

namespace InterestService.Api.Tests.Endurance;

/// <summary>A sample of what <c>tests/InterestService.Endurance</c> does at every point.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task A_crash_within_any_kind_of_call_loses_nothing_acknowledged_and_leaves_nothing_in_half()
    {
        await using var matrix = await CrashMatrix.StartAsync();
        var died = new List<string>();
        foreach (var (number, act) in CrashMatrix.Acts.Index())
            if (await matrix.AttemptAsync(act, 2 + 5 * number % 7) is not null) died.Add(act.Name);
        Assert.Empty(matrix.Findings.All);
        Assert.InRange(died.Count, 7, CrashMatrix.Acts.Length);
    }
}
