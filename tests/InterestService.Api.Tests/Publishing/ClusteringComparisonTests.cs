using System.Net;
using InterestService.Api.Tests.Support;
using static InterestService.Api.Tests.Publishing.LineageScenario;

namespace InterestService.Api.Tests.Publishing;

public sealed class ClusteringComparisonTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Two_clusterings_are_compared_by_the_users_of_both()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        await host.Client.UploadAsync(Enumerable.Range(0, 8).Select(n => Event("newcomer", $"Hiking-{n}")));
        var second = await ClusterAsync(host, clusters: 4);
        string path = $"/clusterings/{first["id"]}/compare/{second["id"]}?limit=3";
        var comparison = await host.Client.GetJsonAsync(path);
        foreach (string part in new[] { "matched", "born", "dead", "split", "merged", "users" })
            Assert.Equal(second["lineage"]![part]!.ToJsonString(), comparison[part]!.ToJsonString());
        Assert.Equal(((string?)first["id"], (string?)second["id"]), ((string?)comparison["previousId"], (string?)comparison["currentId"]));
        Assert.InRange((double)comparison["adjustedRandIndex"]!, .2, .9);
        Assert.InRange((double)comparison["normalizedMutualInformation"]!, .3, .95);
        var users = comparison["users"]!;
        Assert.Equal((30, 1, 0), ((int)users["stayed"]! + (int)users["moved"]!, (int)users["joined"]!, (int)users["left"]!));
        Assert.Equal((int)users["moved"]!, comparison["moves"]!.AsArray().Sum(move => (int)move!["users"]!));

        var moved = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await host.Client.GetJsonAsync($"{path}&cursor={cursor}"))["usersMoved"]!;
            moved.AddRange(page["items"]!.AsArray().Select(move => (string)move!["userId"]!));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal((int)users["moved"]!, moved.Count);
        Assert.Equal(moved.Distinct().Order(StringComparer.Ordinal), moved);

        var itself = await host.Client.GetJsonAsync($"/clusterings/{second["id"]}/compare/{second["id"]}");
        Assert.Equal((1.0, 1.0), ((double)itself["adjustedRandIndex"]!, (double)itself["normalizedMutualInformation"]!));
        Assert.Equal(31, (int)itself["users"]!["stayed"]!);
    }

    [Fact]
    public async Task Clusterings_that_cannot_be_compared_are_rejected()
    {
        await using var host = await StartAsync(postgres);
        var good = await ClusterAsync(host);
        var failed = await host.Client.ClusterAsync(new { clusters = 31 });
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{failed["id"]}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{Guid.Empty}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{Guid.Empty}/compare/{good["id"]}");
        foreach (string query in new[] { "limit=0", "cursor=!", "cursor=AA" })
        {
            await host.Client.AssertProblemAsync(
                HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{good["id"]}?{query}");
        }
    }
}
