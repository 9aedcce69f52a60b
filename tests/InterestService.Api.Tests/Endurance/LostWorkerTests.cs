using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Npgsql;

namespace InterestService.Api.Tests.Endurance;

/// <summary>Workers that are killed while they assign users by the model of a clustering.</summary>
public sealed class LostWorkerTests
{
    private const int UsersPerInterest = 200;
    private const int ShardUsers = 40;
    private const long Gate = 7_352_941;

    [Theory]
    [InlineData(false, 0)] // a worker that helps, while users are encoded
    [InlineData(true, 0)] // the worker that runs the clustering
    [InlineData(true, 1)] // in the first round of K-means over all users
    [InlineData(true, 2)] // while users are assigned
    [InlineData(false, 2)]
    public async Task A_worker_that_is_killed_costs_its_shard(bool runsClustering, int stage)
    {
        await using var api = await ServiceProcess.StartAsync(new() { ["InterestService__Role"] = "api" });
        (await api.Client.PostAsJsonAsync("/events", PlantedEvents.Create(UsersPerInterest), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        ServiceProcess[] workers = [await JoinAsync(api), await JoinAsync(api)];
        try
        {
            // All workers wait at the gate before they store a shard of the stage.
            await api.ExecuteAsync($"""
                CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF (SELECT sharded.stage FROM sharded_clusterings AS sharded WHERE sharded.clustering_id = NEW.clustering_id) = {stage} THEN PERFORM pg_advisory_xact_lock_shared({Gate}); END IF;
                    RETURN NEW; END $$;
                CREATE TRIGGER wait BEFORE UPDATE ON clustering_shards FOR EACH ROW EXECUTE FUNCTION wait()
                """);
            await using var gate = await api.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await CallAsync(gate, "pg_advisory_lock");
            using var started = await api.Client.PostAsJsonAsync(
                "/clusterings", new { encoder = "svd", clusters = 2, parameters = new { trainingUsers = 100 } }, TestContext.Current.CancellationToken);
            var location = started.Headers.Location!;
            await Wait.UntilAsync(async () => await api.ReadAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 2);
            var killed = Assert.Single(workers, worker => runsClustering == LinesOf(worker, "runs the encoder").Any());
            await killed.KillServiceAsync();
            await CallAsync(gate, "pg_advisory_unlock");
            // Leases expire after 30 s; it need not be waited for.
            await api.ExecuteAsync("UPDATE leases SET expires_at = now() - interval '1 s' WHERE expires_at < now() + interval '29 s'");

            JsonNode clustering = await FinishedAsync(api, location);
            Assert.True((string?)clustering["state"] == "succeeded", clustering.ToJsonString());
            Assert.Equal(2 * UsersPerInterest, (int)clustering["users"]!);
            Assert.Equal(runsClustering ? 1 : 0, (int)clustering["interruptions"]!);
            Assert.Single(workers.SelectMany(worker => LinesOf(worker, "runs the encoder"))); // it was trained once
            string[] done = [.. workers.SelectMany(worker => LinesOf(worker, "has ended step")).Select(line => line[line.IndexOf("Shard", StringComparison.Ordinal)..])];
            Assert.InRange(done.Length, 3 * (2 * UsersPerInterest / ShardUsers / 2), int.MaxValue);
            Assert.Equal(done.Distinct(), done); // each shard once in each step
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private static Task<ServiceProcess> JoinAsync(ServiceProcess api) => api.JoinAsync(new()
    {
        ["InterestService__Role"] = "worker",
        ["InterestService__Threads"] = "1",
        ["InterestService__JobPriority"] = "normal",
        ["InterestService__ShardUsers"] = $"{ShardUsers}",
    });

    private static async Task CallAsync(NpgsqlConnection gate, string function)
    {
        await using var call = new NpgsqlCommand($"SELECT {function}({Gate})", gate);
        await call.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> LinesOf(ServiceProcess worker, string text) =>
        File.ReadAllLines(worker.LogFile).Where(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<JsonNode> FinishedAsync(ServiceProcess api, Uri location)
    {
        JsonNode? clustering = null;
        await Wait.UntilAsync(async () =>
            (string?)(clustering = await api.Client.GetFromJsonAsync<JsonNode>(location, TestContext.Current.CancellationToken))!["state"] is not ("queued" or "running"));
        return clustering!;
    }
}
