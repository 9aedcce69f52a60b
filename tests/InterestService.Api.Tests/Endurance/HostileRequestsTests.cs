using InterestService.Api.Tests.Support;
using InterestService.Endurance.Requests;

namespace InterestService.Api.Tests.Endurance;

public sealed class HostileRequestsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Requests_with_something_wrong_in_them_are_answered_with_problems_and_never_make_the_service_fail()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var requests = new HostileRequests(host.Client);
        await requests.SendAsync(2000, seed: 1, [(string)(await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusteringId"]!], TestContext.Current.CancellationToken);
        Assert.Empty(requests.Findings.All);
        Assert.InRange(requests.Statuses.Count, 5, 20);
    }
}
