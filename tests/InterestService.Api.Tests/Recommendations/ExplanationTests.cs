using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Recommendations;

public sealed class ExplanationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Items_of_the_users_interest_explain_the_cluster_and_unrelated_items_do_not()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        await host.Client.UploadAsync([RecommendingHost.Event("hiker-3", "Cooking-1"), RecommendingHost.Event("hiker-3", "Cooking-1", "cart", 7)]);
        var cluster = await host.Client.GetJsonAsync("/users/hiker-3/cluster");
        var why = await host.Client.GetJsonAsync("/users/hiker-3/explanation");
        Assert.Equal(((int)cluster["clusterId"]!, (string?)cluster["label"]), ((int)why["clusterId"]!, (string?)why["label"]));
        Assert.Equal((string?)cluster["clusteringId"], (string?)why["clusteringId"]);
        Assert.InRange((double)why["probability"]!, .5, 1);
        Assert.Equal(0, (int)why["otherItems"]!);

        var items = why["items"]!.AsArray();
        Assert.Equal(1, items.Sum(item => (double)item!["share"]!), 1e-9);
        Assert.StartsWith("Hiking", (string?)items[0]!["itemId"], StringComparison.Ordinal);
        Assert.NotNull((string?)items[0]!["title"]);
        Assert.NotNull(items[0]!["events"]![0]!["timestamp"]);
        var strange = items[^1]!;
        Assert.Equal("Cooking-1", (string?)strange["itemId"]);
        Assert.Equal(0, (double)strange["share"]!);
        Assert.True((double)strange["evidence"]! < 0 && (double)strange["probabilityWithout"]! > (double)why["probability"]!, strange.ToJsonString());
        Assert.Equal(["cart", "view"], strange["events"]!.AsArray().Select(e => (string?)e!["eventType"]));

        var categories = why["categories"]!.AsArray();
        Assert.Equal(["Hiking", "Cooking"], categories.Select(category => (string?)category!["name"]));
        Assert.Equal(1, (double)categories[0]!["share"]!, 1e-9);
    }

    [Fact]
    public async Task Without_a_cluster_or_events_there_is_no_explanation()
    {
        await using (var empty = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync()))
            await empty.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/u/explanation");
        await using var host = await RecommendingHost.StartAsync(postgres);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/explanation");
        await host.Client.CallAsync(HttpMethod.Delete, "/users/cook-1");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/cook-1/explanation");
    }
}
