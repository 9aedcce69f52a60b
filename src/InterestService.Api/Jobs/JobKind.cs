using System.Text.Json;
using Hangfire;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Encoding;

namespace InterestService.Api.Jobs;

/// <summary>A kind of long-running work with a table of its own. Every kind is registered once, by the part of the program that does the work.</summary>
/// <param name="Entity">Type of the table's rows, a <see cref="LongJob"/>.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Enqueue">Puts the job with an id into the queue.</param>
internal sealed record JobKind(Type Entity, string Table, Action<IBackgroundJobClient, Guid> Enqueue)
{
    /// <summary>Name in log messages and texts.</summary>
    public string Name => Entity.Name;

    /// <summary>Name in sentences and in labels of metrics.</summary>
    public string Label { get; } = Entity.Name.ToLowerInvariant();
}

/// <summary>The registered kinds of jobs.</summary>
internal sealed class JobKinds(IEnumerable<JobKind> kinds)
{
    private readonly JobKind[] _kinds = [.. kinds];

    public IReadOnlyList<JobKind> All => _kinds;

    /// <summary>Returns the kind whose rows are of type <typeparamref name="T"/>.</summary>
    public JobKind Find<T>()
        where T : LongJob => Array.Find(_kinds, kind => kind.Entity == typeof(T)) ?? throw new InvalidOperationException($"No job is registered for {typeof(T)}.");
}

/// <summary>Progress of a job.</summary>
/// <param name="Stage">Name of the running stage, as callers read it.</param>
/// <param name="Overall">Progress over the whole run, 0 to 1.</param>
/// <param name="Epoch">The last epoch of the stage; null before the first and in stages that have none.</param>
internal sealed record JobProgress(string Stage, double Overall, EpochReport? Epoch = null)
{
    public static JobProgress From(PipelineProgress progress) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(progress.Stage.ToString()), progress.Overall, progress.Epoch);
}
