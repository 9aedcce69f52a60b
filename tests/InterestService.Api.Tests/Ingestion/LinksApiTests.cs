using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class LinksApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Linked_ids_are_one_user_in_clusterings_and_lookups()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await LinkAsync(host, ("hiker-1", "hiker-2"));
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal((29, 240), ((int)done["users"]!, (int)done["events"]!));
        await host.Client.PublishedAsync((string?)done["id"], "hiker-1");
        var (one, other) = (await host.Client.GetJsonAsync("/users/hiker-1/cluster"), await host.Client.GetJsonAsync("/users/hiker-2/cluster"));
        Assert.Equal(("hiker-2", (float)one["distance"]!), ((string)other["userId"]!, (float)other["distance"]!));
        Assert.Equal(
            (await host.Client.GetJsonAsync("/users/hiker-1/interests"))["interests"]!.ToJsonString(),
            (await host.Client.GetJsonAsync("/users/hiker-2/interests"))["interests"]!.ToJsonString());

        Assert.Equal(
            (await host.Client.GetJsonAsync("/users/hiker-1/cluster-history")).ToJsonString(),
            (await host.Client.GetJsonAsync("/users/hiker-2/cluster-history")).ToJsonString());

        // Lookups also use links that are added after the publication.
        await LinkAsync(host, ("cook-1", "tablet"));
        await host.Client.PublishedAsync((string?)done["id"], "tablet");
    }

    [Fact]
    public async Task Links_accumulate_through_intermediate_ids_and_cycles_add_nothing()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        Assert.Equal((4, 2), await LinkAsync(host, ("cook-1", "cook-2"), ("cook-3", "cook-4"), ("cook-2", "cook-3"), ("cook-4", "cook-1"), ("cook-5", "cook-5"), ("cook-5", "x")));
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

    private static async Task<(int Accepted, int Duplicates)> LinkAsync(ApiHost host, params (string UserId, string Alias)[] links)
    {
        var (status, body, _) = await host.Client.CallAsync(HttpMethod.Put, "/users/links", links.Select(link => new { userId = link.UserId, alias = link.Alias }));
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        return ((int)body!["accepted"]!, (int)body["duplicates"]!);
    }
}
