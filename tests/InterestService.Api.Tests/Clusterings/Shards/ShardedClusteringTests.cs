using System.Net;
using System.Runtime.InteropServices;
using InterestService.Api.Clusterings;
using InterestService.Api.Tests.Support;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Shards;

public sealed class ShardedClusteringTests(PostgresFixture postgres)
{
    private const int UsersPerInterest = 300;
    private const string SmallShards = "--InterestService:ShardUsers=40";

    [Fact]
    public async Task A_sample_trains_and_the_model_assigns_everyone_else()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var done = await host.Client.ClusterAsync(Request());
        Assert.True((string?)done["state"] == "succeeded", done.ToJsonString());
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        Assert.InRange((int)done["trainedUsers"]!, 60, 240); // by a hash: about 150
        Assert.Equal(2 * UsersPerInterest, (int)done["users"]!);
        Assert.Equal(2 * UsersPerInterest * 8, (int)done["events"]!);
        var clusters = (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray();
        Assert.Equal([UsersPerInterest, UsersPerInterest], clusters.Select(cluster => (int)cluster!["users"]!));
        Assert.Equal([.5, .5], clusters.Select(cluster => (double)cluster!["share"]!));
        foreach (string user in new[] { "hiker", "cook" })
        {
            var of = new HashSet<int>();
            for (int i = 0; i < UsersPerInterest; i++)
            {
                var found = await host.Client.GetJsonAsync($"/users/{user}-{i}/cluster");
                of.Add((int)found["clusterId"]!);
                Assert.Equal("batch", (string?)found["source"]);
            }

            Assert.Single(of);
        }

        Assert.Equal(0L, await ReadAsync(database, "SELECT count(*) FROM clustering_shards"));
        Assert.Equal(done["users"]!.GetValue<int>(), (int)(await host.Client.GetJsonAsync($"/clusterings/{done["id"]}"))["users"]!);
    }

    [Fact]
    public async Task Several_workers_give_the_bytes_of_one()
    {
        string alone = await postgres.CreateDatabaseAsync(), together = await postgres.CreateDatabaseAsync();
        await using var one = await StartAsync(alone);
        Assert.Equal("succeeded", (string?)(await one.Client.ClusterAsync(Request()))["state"]);
        await using var first = await StartAsync(together);
        await using var second = await ApiHost.StartAsync(together, SmallShards, "--InterestService:Role=Worker");
        await using var third = await ApiHost.StartAsync(together, SmallShards, "--InterestService:Role=Worker");
        Assert.Equal("succeeded", (string?)(await first.Client.ClusterAsync(Request()))["state"]);
        Assert.Equal(await ResultAsync(alone), await ResultAsync(together));
    }

    [Theory]
    [InlineData("svd", "kmeans")]
    [InlineData("communities", "kmeans")]
    [InlineData("communities", "hdbscan")]
    [InlineData("svd", "agglomerative")]
    public async Task Profiles_popular_items_and_metrics_are_those_of_all_users(string encoder, string algorithm)
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        await host.Client.CallAsync(HttpMethod.Put, "/users/labels", Enumerable.Range(0, UsersPerInterest).SelectMany(n =>
            new[] { new { userId = $"hiker-{n}", label = "outdoor" }, new { userId = $"cook-{n}", label = "kitchen" } }));
        var done = await host.Client.ClusterAsync(new { encoder, algorithm, clusters = 2, parameters = new { trainingUsers = 150 } });
        Assert.True((string?)done["state"] == "succeeded", done.ToJsonString());

        Assert.Equal(
            await ReadAsync(database, "SELECT string_agg(item_id || ' ' || users, ',' ORDER BY item_id) FROM (SELECT item_id, count(DISTINCT user_id) AS users FROM events GROUP BY 1) AS counted"),
            await ReadAsync(database, "SELECT string_agg(item_id || ' ' || users, ',' ORDER BY item_id) FROM cluster_items WHERE cluster_number = 0"));
        Assert.Equal(
            await ReadAsync(database, "SELECT string_agg(number || ' ' || assigned, ',' ORDER BY number) FROM (SELECT cluster_number AS number, count(*) AS assigned FROM assignments GROUP BY 1) AS counted"),
            await ReadAsync(database, "SELECT string_agg(number || ' ' || users, ',' ORDER BY number) FROM clusters WHERE users > 0"));

        var (users, vectors, labels) = await ReadAssignmentsAsync(database);
        var metrics = done["metrics"]!;
        Assert.Equal(labels.Count(label => label < 0) / (double)labels.Length, (double)metrics["noise"]!, 1e-9);
        Assert.Equal(SimplifiedSilhouette.Compute(vectors, labels, 1, CancellationToken.None), (double)metrics["simplifiedSilhouette"]!, 1e-5);
        Assert.Equal(1, CalinskiHarabasz.Compute(vectors, labels)!.Value / (double)metrics["calinskiHarabasz"]!, 1e-4);
        Assert.Equal(DaviesBouldin.Compute(vectors, labels), (double)metrics["daviesBouldin"]!, 1e-5);
        Assert.Equal(2 * UsersPerInterest, (int)metrics["labelledUsers"]!);
        Assert.Equal(AdjustedRandIndex.Compute(labels, [.. users.Select(user => (int)user[0])]), (double)metrics["adjustedRandIndex"]!, 1e-9);
        Assert.InRange((double)metrics["adjustedRandIndex"]!, .5, 1);
        Assert.True((double)metrics["silhouetteStandardError"]! > 0); // an estimate, though all who trained are measured
        if (algorithm == "kmeans") await AssertCentroidsAsync(database, vectors, labels);

        var map = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/map"); // has room for everyone
        Assert.Equal(Enumerable.Repeat(2 * UsersPerInterest, 3), [(int)map["users"]!, (int)map["sampled"]!, map["points"]!.AsArray().Count]);
    }

    [Fact]
    public async Task Persons_with_several_ids_are_assigned_once_and_those_who_opted_out_not_at_all()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        await host.Client.LinkAsync([.. Enumerable.Range(0, 100).Select(i => ($"cook-{i}", $"cook-{i + 100}"))]);
        for (int i = 0; i < 10; i++) await host.Client.DoAsync(HttpMethod.Put, $"/users/hiker-{i}/opt-out");
        var done = await host.Client.ClusterAsync(Request());
        Assert.Equal(2 * UsersPerInterest - 100 - 10, (int)done["users"]!);
        await host.Client.PublishedAsync((string?)done["id"], "cook-250");
        for (int i = 0; i < 100; i++) Assert.Equal($"cook-{i}", (string?)(await host.Client.GetJsonAsync($"/users/cook-{i + 100}/cluster"))["userId"]);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-3/cluster")).Status);
    }

    [Fact]
    public async Task A_user_erased_meanwhile_is_in_no_row()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var (location, held) = await HoldAsync(host, database);
        string[] erased = ["hiker-1", "cook-1", .. (string[])(await ReadAsync(database, $"SELECT array_agg(first_user) FROM clustering_shards"))!];
        foreach (string user in erased.Distinct()) await host.Client.DoAsync(HttpMethod.Delete, $"/users/{user}");
        await ReleaseAsync(database, held);
        var done = await host.Client.FinishAsync(location);
        Assert.True((string?)done["state"] == "succeeded", done.ToJsonString());
        foreach (string user in erased)
            Assert.Equal(0L, await ReadAsync(database, $"SELECT (SELECT count(*) FROM assignments WHERE user_id = '{user}') + (SELECT count(*) FROM events WHERE user_id = '{user}')"));
        await host.Client.PublishedAsync((string?)done["id"], "hiker-2");
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-1/cluster")).Status);
    }

    [Fact]
    public async Task A_cancelled_one_leaves_no_rows()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var (location, held) = await HoldAsync(host, database);
        Assert.NotEqual(0L, await ReadAsync(database, "SELECT count(*) FROM assignments"));
        Assert.Equal(HttpStatusCode.Accepted, (await host.Client.CallAsync(HttpMethod.Delete, location)).Status);
        Assert.Equal("canceled", (string?)(await host.Client.FinishAsync(location))["state"]);
        await ReleaseAsync(database, held);
        await host.Services.GetRequiredService<ClusteringDeletion>().RemoveUnfinishedAsync(Guid.Parse(location.Split('/')[^1]), TestContext.Current.CancellationToken);
        foreach (string table in new[] { "assignments", "clusters", "cluster_items", "population_shares", "item_communities", "models", "clustering_shards", "sharded_clusterings", "shard_users" })
            Assert.Equal((table, 0L), (table, await ReadAsync(database, $"SELECT count(*) FROM {table}")));
        // The results of the users who trained are not those of the clustering.
        var canceled = await host.Client.GetJsonAsync(location);
        Assert.Equal(("canceled", 0, 0L), ((string?)canceled["state"], (int)canceled["users"]!, (long)canceled["events"]!));
        Assert.Null(canceled["metrics"]);
        Assert.Equal(HttpStatusCode.Conflict, (await host.Client.CallAsync(HttpMethod.Get, $"{location}/metrics")).Status);
    }

    [Fact]
    public async Task Another_worker_continues_with_the_shards_that_are_left()
    {
        string database = await postgres.CreateDatabaseAsync();
        string location;
        Guid held;
        await using (var host = await StartAsync(database)) (location, held) = await HoldAsync(host, database);
        object? loaded = await ReadAsync(database, "SELECT loaded_view FROM clusterings");
        await ReleaseAsync(database, held);
        await using var next = await ApiHost.StartAsync(database, SmallShards);
        var done = await next.Client.FinishAsync(location);
        Assert.Equal(("succeeded", 2 * UsersPerInterest), ((string?)done["state"], (int)done["users"]!));
        Assert.Equal(loaded, await ReadAsync(database, "SELECT loaded_view FROM clusterings")); // it was not trained again
    }

    [Fact]
    public async Task A_comparison_is_made_on_the_sample()
    {
        await using var host = await StartAsync(await postgres.CreateDatabaseAsync());
        var (status, _, response) = await host.Client.CallAsync(
            HttpMethod.Post, "/comparisons", new { encoders = new[] { "svd" }, algorithms = new[] { "kmeans" }, clusters = 2, parameters = new { trainingUsers = 150 } });
        Assert.Equal(HttpStatusCode.Accepted, status);
        var done = await host.Client.FinishAsync(response.Headers.Location!.ToString());
        Assert.InRange((int)done["users"]!, 60, 240);
    }

    /// <summary>Starts a clustering and waits until one shard, whose lease the test has taken, is all that is left.</summary>
    private static async Task<(string Location, Guid Held)> HoldAsync(ApiHost host, string database)
    {
        // The row of the shard cannot be known before: a trigger takes the lease of the second shard as soon as there is one.
        await ReadAsync(database, """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.number = 2 THEN INSERT INTO leases (id, number, expires_at) VALUES (NEW.id, nextval('lease_numbers'), now() + interval '1 hour'); END IF;
                RETURN NEW; END $$;
            CREATE TRIGGER hold AFTER INSERT ON clustering_shards FOR EACH ROW EXECUTE FUNCTION hold()
            """);
        var (status, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", Request());
        Assert.Equal(HttpStatusCode.Accepted, status);
        await Wait.UntilAsync(async () => await ReadAsync(database, """
            SELECT count(*) = 1 AND (SELECT count(*) FROM clustering_shards) > 3 FROM clustering_shards WHERE finished_step = 0
            """) is true);
        var clustering = await host.Client.GetJsonAsync(response.Headers.Location!.ToString());
        Assert.Equal("running", (string?)clustering["state"]);
        return (response.Headers.Location.ToString(), (Guid)(await ReadAsync(database, "SELECT id FROM clustering_shards WHERE finished_step = 0"))!);
    }

    /// <summary>Reads the vectors of all users, and their clusters from 0, -1 for noise.</summary>
    private static async Task<(string[] Users, Matrix Vectors, int[] Labels)> ReadAssignmentsAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var query = source.CreateCommand("SELECT vector, CASE WHEN noise THEN -1 ELSE cluster_number - 1 END, user_id FROM assignments ORDER BY user_id");
        await using var reader = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var (users, values, labels) = (new List<string>(), new List<float>(), new List<int>());
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            values.AddRange(MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(0)));
            labels.Add(reader.GetInt32(1));
            users.Add(reader.GetString(2));
        }

        return ([.. users], new Matrix(labels.Count, values.Count / labels.Count, [.. values]), [.. labels]);
    }

    /// <summary>Asserts that the centroids are the mean directions of all users, to which K-means has moved them.</summary>
    private static async Task AssertCentroidsAsync(string database, Matrix vectors, int[] labels)
    {
        var directions = new Partition(labels, [.. labels.Select(label => Math.Max(0, label))], 2).Centroids(vectors);
        var stored = (float[])(await ReadAsync(database, "SELECT array_agg(value ORDER BY number, place) FROM clusters, unnest(centroid) WITH ORDINALITY AS of_cluster (value, place)"))!;
        Assert.Equal(directions.Values, stored, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    private static async Task ReleaseAsync(string database, Guid held) => await ReadAsync(database, $"DELETE FROM leases WHERE id = '{held}'");

    private static async Task<ApiHost> StartAsync(string database)
    {
        var host = await ApiHost.StartAsync(database, SmallShards);
        await host.Client.UploadAsync(PlantedEvents.Create(UsersPerInterest));
        return host;
    }

    private static object Request() => new { encoder = "svd", clusters = 2, parameters = new { trainingUsers = 150 } };

    /// <summary>Reads all that the workers have computed of each user and cluster.</summary>
    private static async Task<object?> ResultAsync(string database) => await ReadAsync(database, """
        SELECT concat_ws(E'\n',
            (SELECT string_agg(concat_ws(' ', user_id, cluster_number, noise, distance, memberships, vector, map_x, map_y), E'\n' ORDER BY user_id) FROM assignments),
            (SELECT string_agg(concat_ws(' ', number, label, users, share, cohesion, centroid, profile), E'\n' ORDER BY number) FROM clusters),
            (SELECT string_agg(concat_ws(' ', cluster_number, item_id, users), E'\n' ORDER BY cluster_number, item_id) FROM cluster_items),
            (SELECT string_agg(concat_ws(' ', dimension, name, share), E'\n' ORDER BY dimension, name) FROM population_shares),
            (SELECT concat_ws(' ', users, trained_users, events, metrics) FROM clusterings), (SELECT md5(content) FROM models))
        """);

    private static async Task<object?> ReadAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var query = source.CreateCommand(sql);
        return await query.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
