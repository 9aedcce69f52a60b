using InterestService.Harness;

namespace InterestService.Endurance.Crashes;

/// <summary>
/// Kills the service at every point of every act, starts it again and checks the <see cref="Invariants"/>, what became of the act, and that
/// the service goes on. The process really dies (<see cref="StartupHook"/>); PostgreSQL continues, as on another machine.
/// </summary>
internal sealed class CrashMatrix : IAsyncDisposable
{
    /// <summary>Number of planted users, in two groups.</summary>
    public const int Planted = 40;

    private readonly string _crashFile;
    private readonly ServiceProcess _service;
    private int _attempts;

    private CrashMatrix(ServiceProcess service, string crashFile) => (_service, _crashFile) = (service, crashFile);

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>All acts.</summary>
    public static Act[] Acts =>
    [
        new UploadAct(), new CatalogueAct(), new LinkAct(removes: false), new LinkAct(removes: true), new OptOutAct(), new EraseAct(), new NameAct(),
        new ClusteringAct(deletes: false), new ClusteringAct(deletes: true), new RunAct(),
    ];

    /// <summary>Starts the service and gives it two groups of users and two clusterings.</summary>
    public static async Task<CrashMatrix> StartAsync()
    {
        string crashFile = Path.GetTempFileName();
        File.Delete(crashFile);
        var service = await ServiceProcess.StartAsync(new()
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [StartupHook.FileVariable] = crashFile,
            ["InterestService__Threads"] = "1",
        });
        var matrix = new CrashMatrix(service, crashFile);
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Planted / 2, "hiking", "cooking"));
        foreach (int seed in new[] { 1, 2 }) await RunAct.FinishAsync(service, new { encoder = "svd", clusters = 2, seed });
        return matrix;
    }

    /// <summary>Performs an act with a crash at its points, until it has none left and is performed without one.</summary>
    /// <param name="act">The act.</param>
    /// <param name="first">The first crash is at this point.</param>
    /// <param name="step">The others are at each of this many points.</param>
    /// <param name="report">Receives each crash: the point and the statement after which the service died.</param>
    public async Task RunAsync(Act act, int first, int step, Action<int, string> report)
    {
        for (int point = first; await AttemptAsync(act, point) is { } statement; point += step) report(point, statement);
    }

    /// <summary>Performs an act with a crash at a point.</summary>
    /// <param name="act">The act.</param>
    /// <param name="point">Number of the point, from 1.</param>
    /// <returns>The statement after which the service died; null when the act was over before.</returns>
    public async Task<string?> AttemptAsync(Act act, int point)
    {
        await act.PrepareAsync(_service, ++_attempts);
        await StartupHook.OrderAsync(_crashFile, point, StartupHook.Kill);
        bool acknowledged = await act.DoAsync(_service);
        string? statement = await StartupHook.ReadAsync(_crashFile);
        bool survived = statement is null;
        string after = survived ? $"{act.Name} without a crash" : $"{act.Name}, killed at point {point}";
        Findings.Expect(!survived || acknowledged, $"{after}: it failed.");
        await _service.KillServiceAsync();
        File.Delete(_crashFile); // not before: the process may be about to write it
        await Invariants.SettleAsync(_service, Findings);
        await Invariants.CheckAsync(_service, after, Findings);
        await act.CheckAsync(_service, acknowledged, Findings);
        return statement;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        File.Delete(_crashFile);
    }
}
