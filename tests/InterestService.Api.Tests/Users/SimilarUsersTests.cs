using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Users;

public sealed class SimilarUsersTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Similar_users_share_the_interest_and_are_ordered()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var similar = await SimilarAsync(host, "hiker-3", 5);
        Assert.Equal(5, similar.Count);
        Assert.All(similar, user => Assert.StartsWith("hiker-", user.UserId, StringComparison.Ordinal));
        Assert.DoesNotContain(similar, user => user.UserId == "hiker-3");
        Assert.Equal(similar.Select(user => user.Similarity).OrderDescending(), similar.Select(user => user.Similarity));
        Assert.All(similar, user => Assert.InRange(user.Similarity, 1e-6, 1.0001));

        // The list ends where similarity does, however many are asked for.
        foreach (var (user, interest) in new[] { ("hiker-3", "hiker-"), ("cook-5", "cook-") })
            Assert.All(await SimilarAsync(host, user, 1000), found => Assert.StartsWith(interest, found.UserId, StringComparison.Ordinal));

        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/similar");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/users/hiker-3/similar?limit=0");
    }

    [Fact]
    public async Task Later_users_are_included_and_erased_users_are_not()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string tag = (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-3/similar")).Response.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-3/similar", null, ("If-None-Match", tag))).Status);
        await host.Client.UploadAsync(Enumerable.Range(0, 6).Select(n => new { userId = "new", itemId = $"Cooking-{n}", eventType = "view", timestamp = $"2024-03-09T0{n}:00:00Z" }));
        await host.AssignNewUsersAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-3/similar", null, ("If-None-Match", tag))).Status);

        var cooks = await SimilarAsync(host, "new", 1000);
        Assert.NotEmpty(cooks);
        Assert.All(cooks, user => Assert.StartsWith("cook-", user.UserId, StringComparison.Ordinal));
        Assert.Contains(await SimilarAsync(host, cooks[^1].UserId, 1000), user => user.UserId == "new");

        await host.Client.CallAsync(HttpMethod.Delete, $"/users/{cooks[0].UserId}");
        var rest = await SimilarAsync(host, "new", 1000);
        Assert.Equal(cooks.Count - 1, rest.Count);
        Assert.DoesNotContain(rest, user => user.UserId == cooks[0].UserId);
    }

    private static async Task<List<(string UserId, double Similarity)>> SimilarAsync(ApiHost host, string user, int limit) =>
        [.. (await host.Client.GetJsonAsync($"/users/{user}/similar?limit={limit}")).AsArray().Select(found => ((string)found!["userId"]!, (double)found["similarity"]!))];
}
