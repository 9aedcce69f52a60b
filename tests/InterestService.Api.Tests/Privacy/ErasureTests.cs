using System.Net;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Privacy;

public sealed class ErasureTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoder = "svd", clusters = 2, seed = 1 };

    [Fact]
    public async Task An_erased_user_is_removed_from_every_table_and_every_response()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.CallAsync(HttpMethod.Put, "/users/labels", new[] { new { userId = "cook-1", label = "kitchen" } });
        await host.Client.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = "cook-1", alias = "cookie" } });
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "cook-1");
        var medoid = (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().SelectMany(cluster => cluster!["medoids"]!.AsArray()).Select(user => (string)user!).First();
        string tag = (await host.Client.CallAsync(HttpMethod.Get, "/clusters")).Response.Headers.ETag!.ToString();

        foreach (string user in new[] { "cook-1", medoid })
            Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, $"/users/{user}")).Status);

        foreach (string user in new[] { "cook-1", "cookie", medoid })
        {
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/interests");
        }

        var (status, clusters, _) = await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain(medoid, clusters!.ToJsonString(), StringComparison.Ordinal);
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        foreach (string table in new[] { "events", "assignments", "user_labels", "user_links", "user_joins" })
        {
            await using var count = database.CreateCommand($"SELECT count(*) FROM {table} WHERE user_id IN ('cook-1', 'cookie', '{medoid}')");
            Assert.Equal(0L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        // All other users keep their clusters.
        await host.Client.GetJsonAsync($"/users/{(medoid == "cook-2" ? "cook-3" : "cook-2")}/cluster");
    }

    [Fact]
    public async Task What_erased_users_alone_have_said_of_items_goes_with_them()
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connectionString);
        await host.Client.UploadAsync(
        [
            View("gone", "diary", "My diary", "Private"), View("gone-phone", "note", "My note", "Private"), View("gone", "lamp", "Lamp", "Home"), View("here", "lamp", "Lamp", "Home"),
            View("gone", "vase", "A vase of mine", "Mine"), View("gone", "rug", "A rug of mine", "Mine"), View("here", "chair", "Chair", "Home"),
        ]);
        await host.Client.LinkAsync(("gone", "gone-phone"));
        object[] catalogue = [new { itemId = "vase", title = "Vase", categories = new[] { "Home" } }, new { itemId = "rug", tags = new[] { "wool" } }];
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Put, "/items", catalogue)).Status);

        await host.Client.DoAsync(HttpMethod.Delete, "/users/gone-phone");

        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var items = database.CreateCommand(
            "SELECT string_agg(concat_ws(' ', item_id, coalesce(title, '-'), categories, tags), ', ' ORDER BY item_id) FROM items");
        Assert.Equal(
            "chair Chair {Home} {}, lamp Lamp {Home} {}, rug - {} {wool}, vase Vase {Home} {}",
            await items.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        static object View(string userId, string itemId, string title, string category) =>
            new { userId, itemId, eventType = "view", timestamp = "2026-05-01T00:00:00Z", title, category };
    }

    [Fact]
    public async Task An_opt_out_outlasts_the_erasure_for_all_ids_of_the_person()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.LinkAsync(("cook-2", "cook-3"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-3/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-2");
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(_request);
        Assert.Equal(28, (int)done["users"]!);
        foreach (string id in new[] { "cook-2", "cook-3" }) await host.Client.DoAsync(HttpMethod.Delete, $"/users/{id}/opt-out");
        Assert.Equal(30, (int)(await host.Client.ClusterAsync(_request))["users"]!);
    }

    [Fact]
    public async Task A_clustering_that_runs_during_an_erasure_does_not_restore_the_user()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request());
        string location = response.Headers.Location!.ToString();
        while ((string?)(await host.Client.GetJsonAsync(location))["state"] == "queued") await Task.Delay(5, TestContext.Current.CancellationToken);
        await host.Client.CallAsync(HttpMethod.Delete, "/users/hiker-3");
        var done = await host.Client.FinishAsync(location);
        Assert.Equal("succeeded", (string?)done["state"]);
        await host.Client.PublishedAsync((string?)done["id"], "hiker-4");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/hiker-3/cluster");
        Assert.DoesNotContain("hiker-3\"", (await host.Client.GetJsonAsync("/clusters")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_an_unknown_user_succeeds()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, "/users/nobody%2Fat%20all")).Status);
    }

    [Fact]
    public async Task Who_was_erased_and_came_back_stays_when_others_are_erased_in_every_process()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.PublishedAsync((string?)(await host.Client.ClusterAsync(_request))["id"], "cook-1");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-1");
        await host.Client.UploadAsync(Enumerable.Range(0, 5).Select(n => new { userId = "cook-1", itemId = $"Hiking-{n}", eventType = "view", timestamp = $"2024-03-09T0{n}:00:00Z" }));
        string second = (string)(await host.Client.ClusterAsync(_request))["id"]!;
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{second}/publish");
        var back = await host.Client.GetJsonAsync("/users/cook-1/cluster");
        await using var restarted = await ApiHost.StartAsync(database);
        await restarted.Client.PublishedAsync(second, "cook-1");

        await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-1");
        foreach (var process in new[] { host, restarted })
        {
            while ((await process.Client.CallAsync(HttpMethod.Get, "/users/hiker-1/cluster")).Status != HttpStatusCode.NotFound)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.Equal(back.ToJsonString(), (await process.Client.GetJsonAsync("/users/cook-1/cluster")).ToJsonString());
        }
    }

    [Fact]
    public async Task An_erasure_that_failed_is_resumed_and_leaves_what_came_since()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using (var host = await PublishedHost.StartOnAsync(database))
        {
            await host.Client.LinkAsync(("cook-2", "cookie"));
            await ExecuteAsync(host, """
                CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''disk full''; END';
                CREATE TRIGGER fail BEFORE DELETE ON assignments EXECUTE FUNCTION fail()
                """);
            await host.Client.AssertProblemAsync(HttpStatusCode.InternalServerError, HttpMethod.Delete, "/users/cookie");
            await host.Client.UploadAsync([new { userId = "cook-2", itemId = "Hiking-1", eventType = "view", timestamp = "2024-03-20T00:00:00Z" }]);
            await host.Client.DoAsync(HttpMethod.Put, "/users/cook-2/opt-out");
            await ExecuteAsync(host, "DROP TRIGGER fail ON assignments");
        }

        await using var next = await ApiHost.StartAsync(database);
        while (await CountAsync(next, "assignments", "cook-2") > 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal((1L, 1L, 0L), (await CountAsync(next, "events", "cook-2"), await CountAsync(next, "opt_outs", "cook-2"), await CountAsync(next, "user_links", "cook-2")));
    }

    [Fact]
    public async Task Words_of_other_addresses_are_no_users_to_erase_and_users_with_such_ids_are_reached_all_the_same()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        string[] words = ["links", "labels", "clusters", "opt-out", "LABELS"];
        await host.Client.UploadAsync(words.Append(".").Select(id => new { userId = id, itemId = "i", eventType = "view", timestamp = "2024-03-09T00:00:00Z" }));
        foreach (string word in words)
        {
            if (word != "opt-out")
            {
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Delete, $"/users/{word}");
                Assert.Contains($"DELETE /users?id={word}", (string)problem["detail"]!, StringComparison.Ordinal);
            }

            Assert.Equal(1, await CountAsync(host, "events", word));
            await host.Client.GetJsonAsync($"/users/{word}/interests");
            await host.Client.DoAsync(HttpMethod.Put, $"/users/{word}/opt-out");
            Assert.Equal(1, await CountAsync(host, "opt_outs", word));
            await host.Client.DoAsync(HttpMethod.Delete, $"/users/opt-out?id={word}");
            Assert.Equal(0, await CountAsync(host, "opt_outs", word));
        }

        // Addresses of other operations, which lack what these need.
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Delete, "/users/opt-out");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Delete, "/users");
        foreach (string id in words.Append("."))
        {
            await host.Client.DoAsync(HttpMethod.Delete, $"/users?id={id}");
            Assert.Equal(0, await CountAsync(host, "events", id));
        }

        foreach (string bad in new[] { "", "%20", "%00", new string('x', 257) })
        {
            foreach (var (method, path) in new[] { (HttpMethod.Delete, "/users"), (HttpMethod.Put, "/users/opt-out"), (HttpMethod.Delete, "/users/opt-out") })
                await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, method, $"{path}?id={bad}");
        }
    }

    [Fact]
    public async Task Links_erasures_opt_outs_and_publishing_at_once_do_not_deadlock()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        string[] ids = [(string)(await host.Client.ClusterAsync(_request))["id"]!, (string)(await host.Client.ClusterAsync(_request))["id"]!];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            for (int i = 0; i < 12; i++)
            {
                await host.Client.LinkAsync(($"cook-{n}", $"cook-{(n + 1) % 6}"), ($"a-{i}", $"a-{i + n}"), ($"cook-{n}", $"phone-{n}-{i}"));
                switch ((n + i) % 4)
                {
                    case 0: await host.Client.DoAsync(HttpMethod.Delete, $"/users/cook-{(n + i) % 6}"); break;
                    case 1: Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{ids[i % 2]}/publish")).Status); break;
                    case 2: await host.Client.DoAsync(HttpMethod.Put, $"/users/a-{i}/opt-out"); break;
                    default: await host.Client.CallAsync(HttpMethod.Delete, $"/users/links/phone-{n}-{i}"); break;
                }
            }
        }));

        await using var nested = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "SELECT count(*) FROM user_links WHERE user_id IN (SELECT alias FROM user_links)");
        Assert.Equal(0L, await nested.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static async Task ExecuteAsync(ApiHost host, string sql)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> CountAsync(ApiHost host, string table, string userId)
    {
        await using var count = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand($"SELECT count(*) FROM {table} WHERE user_id = $1");
        count.Parameters.AddWithValue(userId);
        return (long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
