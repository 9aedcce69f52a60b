using InterestService.Endurance.Crashes;
using InterestService.Harness;

namespace InterestService.Endurance.Soak;

/// <summary>
/// One process that clusters, publishes, uploads, erases and looks up again and again. Once it is warm, its memory, its handles and its
/// connections must not grow, and the database is bounded by the retention of clusterings.
/// </summary>
internal sealed class LongLife : IAsyncDisposable
{
    private const int Users = 125;
    private const int Kept = 3;

    /// <summary>Share of the run in which the process becomes warm: caches fill, and the JIT compiles what is hot.</summary>
    private const double Warm = .3;

    /// <summary>Admitted growth of resident memory and of the database after that.</summary>
    private const double Growth = 1.05;

    /// <summary>Connections that the pool opens and closes as calls come, in any order.</summary>
    private const int Pool = 100;

    private static readonly string[] _interests = ["hiking", "cooking", "music", "chess"];
    private static readonly string[] _encoders = ["autoencoder", "svd", "tale", "lda", "transformer"];

    private readonly ServiceProcess _service;
    private int _requests;

    private LongLife(ServiceProcess service) => _service = service;

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <param name="Clusterings">Number of clusterings until now.</param>
    /// <param name="Requests">Number of requests until now.</param>
    /// <param name="Resident">Resident memory, in bytes.</param>
    /// <param name="Anonymous">The part of it that is no file: managed and native allocations.</param>
    /// <param name="Handles">Open files and sockets.</param>
    /// <param name="Connections">Connections of the service to PostgreSQL.</param>
    /// <param name="Database">Size of the database, in bytes.</param>
    public sealed record State(int Clusterings, int Requests, long Resident, long Anonymous, int Handles, long Connections, long Database);

    public static async Task<LongLife> StartAsync()
    {
        var service = await ServiceProcess.StartAsync(new() { ["InterestService__Retention__Clusterings"] = $"{Kept}", ["InterestService__Retention__PublishedDays"] = "0" });
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, _interests));
        return new LongLife(service);
    }

    /// <summary>Runs clusterings, and requests between them.</summary>
    /// <param name="clusterings">Number of clusterings.</param>
    /// <param name="requests">Number of requests.</param>
    /// <param name="report">Receives ten states, evenly distributed.</param>
    public async Task RunAsync(int clusterings, int requests, Action<State> report)
    {
        var states = new List<State>();
        for (int run = 0; run < clusterings; run++)
        {
            string encoder = _encoders[run % _encoders.Length];
            string? id = await RunAct.FinishAsync(_service, new
            {
                encoder,
                clusters = 4,
                seed = run,
                publish = "manual",
                parameters = encoder == "transformer" ? new { epochs = 1 } : null,
            });
            await _service.CallAsync(HttpMethod.Post, $"/clusterings/{id}/publish"); // whether or not it is better
            await RequestAsync((int)((long)requests * (run + 1) / clusterings) - _requests, run);
            if ((run + 1) * 10 / clusterings == run * 10 / clusterings) continue;
            states.Add(await MeasureAsync(run + 1));
            report(states[^1]);
        }

        var warm = states.Where(state => state.Clusterings >= Warm * clusterings).ToArray();
        Check("Resident memory", state => state.Resident);
        Check("The number of handles", state => state.Handles);
        Check("The number of connections", state => state.Connections + Pool);
        Check("The database", state => state.Database);

        // The smallest of the first half against the smallest of the second: what a collection would free does not count.
        void Check(string what, Func<State, double> value)
        {
            double early = warm.Take(warm.Length / 2).Min(value), late = warm.Skip(warm.Length / 2).Min(value);
            Findings.Expect(late <= Growth * early, $"{what} has grown from {early:N0} to {late:N0}.");
        }
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task RequestAsync(int count, int run)
    {
        string visitor = $"visitor-{run}";
        await _service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.EventsOf(visitor, run, _interests[run % _interests.Length]));
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (request, _) =>
        {
            string path = (request % 50) switch
            {
                0 => $"/users/{_interests[request % _interests.Length]}-{request % Users}/recommendations",
                1 => $"/users/{_interests[request % _interests.Length]}-{request % Users}/interests",
                2 => "/clusters",
                3 => $"/users/{_interests[request % _interests.Length]}-{request % Users}/similar",
                4 => $"/users/nobody-{request}/cluster",
                _ => $"/users/{_interests[request % _interests.Length]}-{request % Users}/cluster",
            };
            var answer = await _service.TryCallAsync(HttpMethod.Get, path);
            Findings.Expect((int?)answer?.Status is 200 or 404, $"GET {path}: {answer?.Status}.");
        });
        await _service.CallAsync(HttpMethod.Delete, $"/users/{visitor}");
        _requests += count;
    }

    private async Task<State> MeasureAsync(int clusterings)
    {
        // Old clusterings are deleted in the background.
        await Calls.UntilAsync(async () => await _service.ReadAsync<long>("SELECT count(*) FROM clusterings") <= Kept + 2, TimeSpan.FromSeconds(90));
        await _service.ExecuteAsync("VACUUM");
        var memory = _service.Memory;
        return new State(
            clusterings, _requests, memory.Resident, memory.Anonymous, Directory.GetFiles($"/proc/{_service.Id}/fd").Length,
            await _service.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"),
            await _service.ReadAsync<long>("SELECT pg_database_size(current_database())"));
    }
}
