using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Assignments;

public sealed class AssignmentsApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Events_get_the_cluster_of_users_with_the_same_items_and_are_not_stored()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var hiker = await host.Client.GetJsonAsync("/users/hiker-3/cluster");
        var (status, answer, _) = await AssignAsync(host, Views("Hiking-1", "Hiking-4", "Hiking-7", "never seen"));
        Assert.True(status == HttpStatusCode.OK, answer?.ToJsonString());
        Assert.Equal((int?)hiker["clusterId"], (int?)answer!["clusterId"]);
        Assert.Equal((string?)hiker["label"], (string?)answer["label"]);
        Assert.Equal((string?)hiker["clusteringId"], (string?)answer["clusteringId"]);
        Assert.Equal("incremental", (string?)answer["source"]);
        Assert.Null(answer["userId"]);
        Assert.InRange((double)answer["distance"]!, 0, 1);
        Assert.Equal(1, answer["memberships"]!.AsArray().Sum(membership => (double)membership!["probability"]!), 1e-4);
        Assert.Equal((double)answer["confidence"]!, (double)answer["memberships"]![0]!["probability"]!, 1e-6);

        await using var count = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM events");
        Assert.Equal(240L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_events_of_a_user_give_the_cluster_of_the_user()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var stored = await host.Client.GetJsonAsync("/users/cook-4/cluster");
        var events = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(PlantedEvents.Create()))!.AsArray()
            .Where(e => (string?)e!["userId"] == "cook-4").Reverse().Select(e => (object)e!.DeepClone()).ToArray();
        var (_, answer, _) = await AssignAsync(host, [.. events, events[0]]);
        Assert.Equal("cook-4", (string?)answer!["userId"]);
        Assert.Equal((int?)stored["clusterId"], (int?)answer["clusterId"]);
        Assert.Equal((double)stored["distance"]!, (double)answer["distance"]!, 1e-4);
        Assert.Equal((double)stored["confidence"]!, (double)answer["confidence"]!, 1e-4);
    }

    [Fact]
    public async Task Errors_are_reported_by_field()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/assignments", new
        {
            events = new object[]
            {
                new { itemId = "Hiking-1", eventType = "view", timestamp = "2024-03-01T00:00:00Z", userId = "a" },
                new { itemId = "Hiking-1", eventType = "view", timestamp = "yesterday" },
                new { itemId = 7, eventType = "view", timestamp = "2024-03-01T00:00:00Z" },
                new { itemId = "Hiking-1", eventType = "view", timestamp = "2024-03-02T00:00:00Z", userId = "b" },
                "x",
            },
        });
        Assert.Equal(
            ["events[1].timestamp", "events[2].itemId", "events[3].userId", "events[4]"],
            problem["errors"]!.AsObject().Select(error => error.Key));

        foreach (object body in new object[] { new { }, new { events = Array.Empty<object>() }, new { events = 7 }, new { events = (object?)null }, 7, Repeated(1001) })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/assignments", body);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, "/assignments", Repeated(1000))).Status);
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/assignments", new StringContent("{\"events\": [", Encoding.UTF8, "application/json"));
        await host.Client.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, "/assignments", new StringContent("a,b", Encoding.UTF8, "text/csv"));

        static object Repeated(int count) => new { events = Views([.. Enumerable.Range(0, count).Select(n => $"Hiking-{n % 10}")]) };
    }

    [Fact]
    public async Task Events_that_the_model_cannot_use_return_422_with_the_reason()
    {
        await using (var empty = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync()))
            await empty.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/assignments", new { events = Views("Hiking-1") });

        await using var host = await PublishedHost.StartAsync(postgres);
        foreach (var (events, why) in new[]
        {
            (Views("new-1", "new-2"), "'new-1', 'new-2'"),
            ([new { eventType = "search", timestamp = "2024-03-01T00:00:00Z", query = "boots" }], "No event is on an item"),
            ([new { itemId = "Hiking-1", eventType = "impression", timestamp = "2024-03-01T00:00:00Z" }], "weight 0"),
            ([new { itemId = "Hiking-1", eventType = "view", timestamp = "9000-03-01T00:00:00Z" }], "in the future"),
        })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/assignments", new { events });
            Assert.Contains(why, (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> AssignAsync(ApiHost host, object[] events) =>
        host.Client.CallAsync(HttpMethod.Post, "/assignments", new { events });

    private static object[] Views(params string[] items) =>
        [.. items.Select((item, n) => new { itemId = item, eventType = "view", timestamp = $"2024-03-02T{n / 60 % 24:00}:{n % 60:00}:00Z" })];
}
