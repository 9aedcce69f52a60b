using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class LinksApiTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoder = "svd", clusters = 2, seed = 1 };

    [Fact]
    public async Task Linked_ids_are_one_user_in_clusterings_and_lookups()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.LinkAsync(("hiker-1", "hiker-2"));
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal((29, 240), ((int)done["users"]!, (int)done["events"]!));
        await host.Client.PublishedAsync((string?)done["id"], "hiker-1");
        var (one, other) = (await host.Client.GetJsonAsync("/users/hiker-1/cluster"), await host.Client.GetJsonAsync("/users/hiker-2/cluster"));
        Assert.Equal(one.ToJsonString(), other.ToJsonString()); // the person's, whichever id was asked for
        Assert.Equal("hiker-1", (string?)other["userId"]);
        Assert.Equal(
            (await host.Client.GetJsonAsync("/users/hiker-1/interests"))["interests"]!.ToJsonString(),
            (await host.Client.GetJsonAsync("/users/hiker-2/interests"))["interests"]!.ToJsonString());

        Assert.Equal(
            (await host.Client.GetJsonAsync("/users/hiker-1/cluster-history")).ToJsonString(),
            (await host.Client.GetJsonAsync("/users/hiker-2/cluster-history")).ToJsonString());

        // Lookups also use links that are added after the publication.
        await host.Client.LinkAsync(("cook-1", "tablet"));
        await host.Client.PublishedAsync((string?)done["id"], "tablet");
    }

    [Fact]
    public async Task Links_accumulate_through_intermediate_ids_and_in_cycles()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        Assert.Equal((5, 1), await host.Client.LinkAsync(("cook-1", "cook-2"), ("cook-3", "cook-4"), ("cook-2", "cook-3"), ("cook-4", "cook-1"), ("cook-5", "cook-5"), ("cook-5", "x")));
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal(27, (int)done["users"]!); // four cooks are one user
    }

    [Fact]
    public async Task Rows_without_both_ids_are_reported()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Put, "/users/links", new[] { new { userId = "a" } });
        Assert.Equal("alias", (string?)problem["errors"]![0]!["field"]);
    }

    [Fact]
    public async Task A_link_that_is_taken_back_was_never_sent_and_others_stay()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var before = await host.Client.ClusterAsync(_request);
        await host.Client.PublishedAsync((string?)before["id"], "hiker-1");
        string[] ids = ["hiker-1", "hiker-2", "hiker-3", "hiker-4"];
        var alone = await LookUpAsync(host, ids);

        // A chain: 1 - 2 - 3 - 4. Without its middle, two persons.
        await host.Client.LinkAsync(("hiker-1", "hiker-2"), ("hiker-2", "hiker-3"), ("hiker-3", "hiker-4"));
        Assert.Equal(["hiker-1", "hiker-1", "hiker-1", "hiker-1"], (await LookUpAsync(host, ids)).Select(user => (string)user["userId"]!));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/hiker-3");
        Assert.Equal(["hiker-1", "hiker-1", "hiker-3", "hiker-3"], (await LookUpAsync(host, ids)).Select(user => (string)user["userId"]!));
        Assert.Equal(28, (int)(await host.Client.ClusterAsync(_request))["users"]!);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Delete, "/users/links/hiker-3");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Delete, "/users/links/hiker-1"); // never an alias

        foreach (string alias in new[] { "hiker-2", "hiker-4" }) await host.Client.DoAsync(HttpMethod.Delete, $"/users/links/{alias}");
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{before["id"]}/publish");
        Assert.Equal(alone.Select(user => user.ToJsonString()), (await LookUpAsync(host, ids)).Select(user => user.ToJsonString()));
        Assert.Equal(30, (int)(await host.Client.ClusterAsync(_request))["users"]!);
    }

    [Fact]
    public async Task A_link_between_joined_ids_is_a_link_of_its_own_which_keeps_them_joined()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        Assert.Equal((1, 0), await host.Client.LinkAsync(("cook-1", "cook-2")));
        Assert.Equal((1, 0), await host.Client.LinkAsync(("cook-2", "cook-1")));
        Assert.Equal((0, 2), await host.Client.LinkAsync(("cook-1", "cook-2"), ("cook-2", "cook-1")));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/cook-2");
        Assert.Single((await LookUpAsync(host, ["cook-1", "cook-2"])).Select(user => (string)user["userId"]!).Distinct());
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/cook-1");
        Assert.Equal(["cook-1", "cook-2"], (await LookUpAsync(host, ["cook-1", "cook-2"])).Select(user => (string)user["userId"]!));

        // A triangle stays one person without any one of its sides.
        Assert.Equal((3, 0), await host.Client.LinkAsync(("cook-1", "cook-2"), ("cook-2", "cook-3"), ("cook-3", "cook-1")));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/cook-3");
        Assert.Single((await LookUpAsync(host, ["cook-1", "cook-2", "cook-3"])).Select(user => (string)user["userId"]!).Distinct());
    }

    [Fact]
    public async Task Two_accounts_that_share_an_alias_are_separated_with_it_and_a_link_sent_twice_is_one()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        Assert.Equal((2, 1), await host.Client.LinkAsync(("cook-1", "a device/7"), ("cook-2", "a device/7"), ("cook-1", "a device/7")));
        Assert.Equal("cook-2", (string?)(await host.Client.GetJsonAsync("/users/cook-1/cluster"))["userId"]);
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/a%20device%2F7");
        foreach (string id in new[] { "cook-1", "cook-2" })
            Assert.Equal(id, (string?)(await host.Client.GetJsonAsync($"/users/{id}/cluster"))["userId"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/a%20device%2F7/cluster");
    }

    [Fact]
    public async Task Ids_that_stand_for_nobody_are_refused_row_by_row_and_join_nobody()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (status, answer, _) = await host.Client.CallAsync(HttpMethod.Put, "/users/links", new[]
        {
            new { userId = "hiker-1", alias = "Guest" }, new { userId = "cook-1", alias = " guest " }, new { userId = "unknown", alias = "cook-2" },
            new { userId = "cook-3", alias = "phone-3" },
        });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((1, 3), ((int)answer!["accepted"]!, (int)answer["rejected"]!));
        Assert.Equal(
            [(0, "alias"), (1, "alias"), (2, "userId")], answer["errors"]!.AsArray().Select(error => ((int)error!["index"]!, (string)error["field"]!)));
        Assert.All(answer["errors"]!.AsArray(), error => Assert.Contains("placeholder", (string)error!["message"]!, StringComparison.Ordinal));
        await host.Client.UploadAsync(PlantedEvents.Create());
        Assert.Equal(30, (int)(await host.Client.ClusterAsync(_request))["users"]!);
    }

    private static async Task<List<JsonNode>> LookUpAsync(ApiHost host, string[] ids)
    {
        var users = new List<JsonNode>();
        foreach (string id in ids) users.Add(await host.Client.GetJsonAsync($"/users/{id}/cluster"));
        return users;
    }
}
