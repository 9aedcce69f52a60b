using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>
/// Counts the stored jobs by state. Every process counts all of them, so that the length of the queue is known even while no worker runs. While
/// the database does not answer, the last figures stand.
/// </summary>
internal sealed class JobStatistics(
    NpgsqlDataSource database, JobKinds kinds, JobInstruments instruments, IMeterFactory meters, TimeProvider time, ILogger<JobStatistics> logger)
    : PeriodicService(_interval, time, logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);
    private static readonly string[] _states = [.. Enum.GetNames<JobState>().Select(state => state.ToLowerInvariant())];

    private volatile IReadOnlyList<Figures> _figures = [];
    private ObservableGauge<long>? _jobs;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in kinds.All) instruments.Show(kind);
        var meter = meters.Service();
        _jobs = meter.CreateObservableGauge(
            "interestservice.jobs", () => _figures.Select(found => new Measurement<long>(found.Jobs, new("kind", found.Kind), new("state", found.State))), "{job}",
            "Stored jobs by kind and state; those that are queued are the length of the queue.");
        meter.CreateObservableGauge(
            "interestservice.jobs.queue.age", () => _figures.Where(found => found.State == "queued").Select(found => new Measurement<double>(found.Age, new KeyValuePair<string, object?>("kind", found.Kind))), "s",
            "Time since the job was added that has waited longest; 0 without one.");
        return base.StartAsync(cancellationToken);
    }

    protected override async Task RunOnceAsync(CancellationToken cancellation)
    {
        if (_jobs is not { Enabled: true }) return; // nobody asks
        var figures = new List<Figures>();
        foreach (var kind in kinds.All) figures.AddRange(await CountAsync(kind, cancellation));
        _figures = figures;
    }

    private async Task<IEnumerable<Figures>> CountAsync(JobKind kind, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"SELECT state, count(*), extract(epoch FROM now() - min(created_at))::float8 FROM {kind.Table} GROUP BY state");
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var found = _states.ToDictionary(state => state, state => new Figures(kind.Label, state, 0, 0));
        while (await reader.ReadAsync(cancellation)) found[reader.GetString(0)] = new Figures(kind.Label, reader.GetString(0), reader.GetInt64(1), reader.GetDouble(2));
        return found.Values;
    }

    /// <param name="Kind">Kind of the jobs.</param>
    /// <param name="State">Their state, as stored.</param>
    /// <param name="Jobs">Their number.</param>
    /// <param name="Age">Seconds since the first of them was added.</param>
    private sealed record Figures(string Kind, string State, long Jobs, double Age);
}
