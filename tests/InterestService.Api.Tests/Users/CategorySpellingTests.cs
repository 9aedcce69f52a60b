using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Users;

/// <summary>Spellings of a category that read the same are one category in every answer, whatever is stored.</summary>
public sealed class CategorySpellingTests(PostgresFixture postgres)
{
    private static readonly string[] _spellings = ["Brod\u00e9 main", "Brode\u0301 main", "BROD\u00c9 MAIN", "Brod\u00e9\u00a0 main", "Bro\u00add\u00e9 main", "Brod\u00e9 main"];

    [Fact]
    public async Task Clusters_interests_and_explanations_show_one_category()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var events = Enumerable.Range(0, 40).SelectMany(user => Enumerable.Range(0, 6).Select(n => new
        {
            userId = $"user-{user}",
            itemId = user % 2 == 0 ? $"cloth-{n}" : $"oar-{n}",
            eventType = "view",
            timestamp = new DateTime(2026, 3, 1, 9, 0, 0, DateTimeKind.Utc).AddDays(n).AddMinutes(user),
            category = user % 2 == 0 ? _spellings[n] : "Rowing",
        }));
        await host.Client.UploadAsync([.. events]);
        var done = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        await host.Client.PublishedAsync((string?)done["id"], "user-0");

        var clusters = (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray();
        Assert.Equal(["Brod\u00e9 main", "Rowing"], clusters.Select(cluster => (string?)Assert.Single(cluster!["topCategories"]!.AsArray())!["name"]).Order());
        Assert.All(clusters, cluster => Assert.Equal(1, (double)cluster!["topCategories"]![0]!["share"]!, 1e-6));

        var interests = (await host.Client.GetJsonAsync("/users/user-0/interests"))["interests"]!.AsArray();
        var category = Assert.Single(interests, interest => (string?)interest!["dimension"] == "category")!;
        Assert.Equal(("Brod\u00e9 main", 6), ((string?)category["name"], (int)category["events"]!));
        Assert.InRange((double)category["lift"]!, 1, 2);

        var why = await host.Client.GetJsonAsync("/users/user-0/explanation");
        Assert.Equal("Brod\u00e9 main", (string?)Assert.Single(why["categories"]!.AsArray())!["name"]);
    }
}
