using InterestService.Endurance.Crashes;
using InterestService.Harness;

namespace InterestService.Endurance.Stalls;

/// <summary>
/// Two workers on one PostgreSQL. The first one stands still in the middle of a clustering, as on a machine that is suspended; the second one takes
/// the clustering over and ends it; then the first one goes on as if nothing had happened, and must change nothing.
/// </summary>
internal sealed class StalledWorkers : IAsyncDisposable
{
    /// <summary>A transaction that has stalled is ended after 30 s, and the search for lost jobs comes every 30 s.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    private readonly string _orderFile;
    private readonly ServiceProcess _api;
    private readonly ServiceProcess _worker;
    private int _attempts;

    private StalledWorkers(string orderFile, ServiceProcess api, ServiceProcess worker) => (_orderFile, _api, _worker) = (orderFile, api, worker);

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Starts a process that serves HTTP and one that works, and gives them two groups of users and two clusterings.</summary>
    public static async Task<StalledWorkers> StartAsync()
    {
        string orderFile = Path.GetTempFileName();
        File.Delete(orderFile);
        var api = await ServiceProcess.StartAsync(new() { ["InterestService__Role"] = "api" });
        try
        {
            var worker = await JoinWorkerAsync(api, new()
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
                [StartupHook.FileVariable] = orderFile,
            });
            var workers = new StalledWorkers(orderFile, api, worker);
            await api.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(CrashMatrix.Planted / 2, "hiking", "cooking"));
            foreach (int _ in new[] { 1, 2 }) await workers.FinishAsync();
            return workers;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a clustering whose worker stalls at a point.</summary>
    /// <param name="point">Number of the point, from 1.</param>
    /// <param name="expires">Whether the lease is made to expire at once; else the second worker waits until it does.</param>
    /// <returns>The statement after which the worker stalled; null when the clustering was over before.</returns>
    public async Task<string?> AttemptAsync(int point, bool expires)
    {
        string after = $"stalled at point {point}";
        await StartupHook.OrderAsync(_orderFile, point, StartupHook.Stop);
        string id = (string)(await _api.CallAsync(HttpMethod.Post, "/clusterings", NextRequest()))!["id"]!;
        string? statement = null;
        bool begun = await Calls.UntilAsync(async () => (statement = await StartupHook.ReadAsync(_orderFile)) is not null || await IsOverAsync(id), _limit);
        Findings.Expect(begun, $"{after}: the clustering does not run.");
        File.Delete(_orderFile);
        if (statement is not null)
        {
            if (expires) await ExpireAsync();
            await using var other = await JoinWorkerAsync(_api, []);
            Findings.Expect(await Calls.UntilAsync(() => IsOverAsync(id), _limit), $"{after}: nobody takes the clustering over.");
            string result = await ResultAsync(id);
            await _worker.SignalAsync("CONT");
            await FinishAsync(); // by either worker
            await other.StopServiceAsync();
            await FinishAsync(); // by the one that had stalled, which works on one clustering at a time
            Findings.Expect(await ResultAsync(id) == result, $"{after}: the worker that had lost the clustering has changed it.");
        }

        var clustering = await _api.CallAsync(HttpMethod.Get, $"/clusterings/{id}");
        Findings.Expect((string?)clustering!["state"] == "succeeded", $"{after}: it ended as {clustering["state"]} {clustering["error"]}.");
        Findings.Expect((int)clustering["interruptions"]! <= (statement is null ? 0 : 1), $"{after}: {clustering["interruptions"]} interruptions.");
        Findings.Expect(!_worker.HasEnded, $"{after}: the worker has ended.");
        await CheckAsync(after);
        return statement;
    }

    /// <summary>Starts clusterings at the same moment while two workers run: each is run once, and each worker runs one at a time.</summary>
    /// <param name="starts">Number of clusterings.</param>
    public async Task StartTogetherAsync(int starts)
    {
        await using var other = await JoinWorkerAsync(_api, []);
        string?[] ids = await Task.WhenAll(Enumerable.Range(0, starts).Select(_ => RunAct.FinishAsync(_api, NextRequest())));
        string[] runs = [.. await RunsAsync(_worker), .. await RunsAsync(other)];
        foreach (string? id in ids)
        {
            if (id is null)
            {
                Findings.Add("A start was not acknowledged.");
                continue;
            }

            var clustering = await _api.CallAsync(HttpMethod.Get, $"/clusterings/{id}");
            Findings.Expect((string?)clustering!["state"] == "succeeded" && (int)clustering["interruptions"]! == 0, $"Started together: it ended as {clustering}.");
            int times = runs.Count(run => run.Contains(id, StringComparison.Ordinal));
            Findings.Expect(times == 1, $"Started together: {id} was run {times} times.");
        }

        long together = await _api.ReadAsync<long>($"""
            SELECT max(count) FROM (
                SELECT count(*) FROM clusterings AS one JOIN clusterings AS other ON other.started_at <= one.started_at AND other.finished_at > one.started_at
                WHERE one.id IN ({string.Join(", ", ids.Select(id => $"'{id}'"))}) GROUP BY one.id
            ) AS counts
            """);
        Findings.Expect(together <= 2, $"Started together: two workers run {together} clusterings at once.");
        await CheckAsync("started together");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_worker.HasEnded) await _worker.SignalAsync("CONT");
        await _worker.DisposeAsync();
        await _api.DisposeAsync();
        File.Delete(_orderFile);
    }

    private async Task CheckAsync(string after)
    {
        // A worker releases its lease after it has saved the result.
        bool released = await Calls.UntilAsync(async () => await _api.ReadAsync<long>("SELECT count(*) FROM leases") == 0, _limit);
        Findings.Expect(released, $"{after}: a lease is not released.");
        await Invariants.CheckAsync(_api, after, Findings);
    }

    private static Task<ServiceProcess> JoinWorkerAsync(ServiceProcess api, Dictionary<string, string> environment)
    {
        environment["InterestService__Role"] = "worker";
        environment["InterestService__Threads"] = "1";
        environment["InterestService__JobPriority"] = "normal";
        return api.JoinAsync(environment);
    }

    private object NextRequest() => new { encoder = "svd", clusters = 2, seed = ++_attempts };

    private async Task FinishAsync()
    {
        if (await RunAct.FinishAsync(_api, NextRequest()) is not { } id || !await IsOverAsync(id)) Findings.Add("The workers do not go on.");
    }

    /// <summary>Makes the leases expire, but for those that a transaction has locked.</summary>
    private Task<int> ExpireAsync() => _api.ExecuteAsync("""
        UPDATE leases SET expires_at = now() - interval '1 s' WHERE id IN (SELECT id FROM leases FOR NO KEY UPDATE SKIP LOCKED);
        UPDATE clusterings SET created_at = created_at - interval '1 minute' WHERE id IN (SELECT id FROM clusterings WHERE state = 'queued' FOR NO KEY UPDATE SKIP LOCKED)
        """);

    private Task<bool> IsOverAsync(string id) => _api.ReadAsync<bool>($"SELECT state NOT IN ('queued', 'running') FROM clusterings WHERE id = '{id}'");

    /// <summary>Returns what a worker that has lost the clustering could change.</summary>
    private Task<string> ResultAsync(string id) => _api.ReadAsync<string>($"""
        SELECT concat_ws(' ', state, failure, stage, started_at, finished_at, interruptions, (SELECT string_agg(a::text, ' ' ORDER BY user_id) FROM assignments a WHERE clustering_id = c.id))
        FROM clusterings c WHERE id = '{id}'
        """);

    private static async Task<string[]> RunsAsync(ServiceProcess worker) =>
        [.. (await File.ReadAllLinesAsync(worker.LogFile)).Where(line => line.Contains("runs the encoder", StringComparison.Ordinal))];
}
