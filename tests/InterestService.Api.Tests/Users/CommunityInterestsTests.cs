using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Users;

public sealed class CommunityInterestsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Clusters_and_users_have_communities_as_interests()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 60));
        var done = await host.Client.ClusterAsync(new { encoder = "communities", clusters = 2, parameters = new { resolution = 1 } });
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");

        foreach (var (user, topic) in new[] { ("hiker-0", "Hiking"), ("cook-0", "Cooking") })
        {
            int id = (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;
            var top = (await host.Client.GetJsonAsync($"/clusters/{id}"))["topCommunities"]![0]!;
            Assert.StartsWith(topic, (string?)top["name"], StringComparison.Ordinal);
            Assert.InRange((double)top["share"]!, .9, 1.000001);
            Assert.InRange((double)top["lift"]!, 1.5, 2);
            Assert.InRange((int)top["items"]!, 2, 10);
            Assert.StartsWith(topic, (string?)top["typicalItems"]![0]!["itemId"], StringComparison.Ordinal);
            Assert.NotNull((string?)top["typicalItems"]![0]!["title"]);

            var interest = Assert.Single(await CommunitiesAsync(host, user));
            Assert.Equal((string?)top["name"], (string?)interest["name"]);
            Assert.InRange((double)interest["intensity"]!, .1, 1);
            Assert.InRange((double)interest["lift"]!, 1.1, 2);
            Assert.Equal(8, (int)interest["events"]!);
            Assert.NotNull(interest["lastSeen"]);
        }

        // A user who comes later has communities too, by items that the clustering knows, until the user is erased.
        await host.Client.UploadAsync(Enumerable.Range(0, 6).Select(i => new
        {
            userId = "late",
            itemId = i < 4 ? $"Hiking-{i}" : $"new-{i}",
            eventType = "view",
            timestamp = $"2024-04-01T0{i}:00:00Z",
        }));
        await host.AssignNewUsersAsync();
        var late = Assert.Single(await CommunitiesAsync(host, "late"));
        Assert.StartsWith("Hiking", (string?)late["name"], StringComparison.Ordinal);
        Assert.Equal(4, (int)late["events"]!);
        await host.Client.DoAsync(HttpMethod.Delete, "/users/late");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/late/interests");
    }

    [Fact]
    public async Task Other_encoders_have_no_communities()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        Assert.Empty((await host.Client.GetJsonAsync("/clusters/1"))["topCommunities"]!.AsArray());
        Assert.Empty(await CommunitiesAsync(host, "hiker-0"));
    }

    private static async Task<JsonNode[]> CommunitiesAsync(ApiHost host, string user) =>
        [.. (await host.Client.GetJsonAsync($"/users/{user}/interests?limit=1000"))["interests"]!.AsArray()
            .Where(interest => (string?)interest!["dimension"] == "community").Select(interest => interest!)];
}
