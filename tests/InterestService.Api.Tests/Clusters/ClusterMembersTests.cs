using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusters;

public sealed class ClusterMembersTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_user_is_a_member_of_the_cluster_that_the_lookup_returns()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int cluster = (int)(await host.Client.GetJsonAsync("/users/hiker-3/cluster"))["clusterId"]!;
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Client.GetJsonAsync($"/clusters/{cluster}/users?limit=7" + (cursor is null ? "" : $"&cursor={cursor}"));
            foreach (var user in page["items"]!.AsArray())
            {
                paged.Add((string)user!["userId"]!);
                var lookup = await host.Client.GetJsonAsync($"/users/{paged[^1]}/cluster");
                Assert.Equal(cluster, (int)lookup["clusterId"]!);
                Assert.Equal((float)lookup["confidence"]!, (float)user["confidence"]!);
                Assert.Equal("batch", (string?)user["source"]);
            }

            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal((int)(await host.Client.GetJsonAsync($"/clusters/{cluster}"))["users"]!, paged.Count);
        Assert.Equal(paged.Order(StringComparer.Ordinal).Distinct(), paged);
        Assert.All(paged, user => Assert.StartsWith("hiker-", user, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Items_are_ordered_by_their_number_of_users_across_pages()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var lookup = await host.Client.GetJsonAsync("/users/hiker-3/cluster");
        var whole = (await host.Client.GetJsonAsync($"/clusters/{lookup["clusterId"]}/items?limit=1000"))["items"]!.AsArray();
        Assert.NotEmpty(whole);
        int[] users = [.. whole.Select(item => (int)item!["users"]!)];
        Assert.Equal(users.OrderDescending(), users);
        Assert.All(whole, item => Assert.InRange((double)item!["share"]!, 0, 1));

        var first = await host.Client.GetJsonAsync($"/clusters/{lookup["clusterId"]}/items?limit=1");
        var second = await host.Client.GetJsonAsync($"/clusters/{lookup["clusterId"]}/items?limit=1&cursor={first["nextCursor"]}");
        Assert.Equal(whole[0]!.ToJsonString(), first["items"]![0]!.ToJsonString());
        Assert.Equal(whole[1]!.ToJsonString(), second["items"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("users")]
    [InlineData("items")]
    public async Task Unknown_clusters_and_invalid_cursors_are_rejected(string what)
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int cluster = (int)(await host.Client.GetJsonAsync("/users/hiker-3/cluster"))["clusterId"]!;
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusters/4711/{what}");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusters/{cluster}/{what}?limit=0");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusters/{cluster}/{what}?cursor=%25");
    }
}
