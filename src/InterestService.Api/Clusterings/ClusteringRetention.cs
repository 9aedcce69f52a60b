using System.ComponentModel.DataAnnotations;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Which clusterings the service keeps, in section <c>InterestService:Retention</c>.</summary>
internal sealed class RetentionOptions
{
    public const string Subsection = "Retention";

    /// <summary>A clustering is kept while fewer than this many later ones have succeeded. 0 keeps all. Default 30.</summary>
    [Range(0, 1_000_000)]
    public int Clusterings { get; set; } = 30;

    /// <summary>Days for which a clustering is kept after the last time that it was published, for a rollback. Default 30.</summary>
    [Range(0, 36_500)]
    public int PublishedDays { get; set; } = 30;
}

/// <summary>Deletes old clusterings and removes the rows of deleted ones. One worker at a time does it.</summary>
internal sealed partial class ClusteringRetention(
    NpgsqlDataSource database, ClusteringDeletion deletion, IOptions<RetentionOptions> options, TimeProvider time, ILogger<ClusteringRetention> logger)
    : PeriodicService(_interval, time, logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    /// <summary>Id of this work in <see cref="Lease"/>.</summary>
    public static readonly Guid Work = new("e2b7a8d4-6c1f-4a55-9d0e-3b5f0c9a7e61");

    private readonly TimeProvider _time = time;

    /// <inheritdoc cref="RunOnceAsync"/>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        // It only saves work: deletions may be repeated by several workers without harm, so no statement checks the lease.
        await using var lease = await Lease.TakeAsync(database, _time, Work, cancellation);
        if (lease is null) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        foreach (Guid id in await FindOldAsync(stop.Token))
            if (await deletion.HideAsync(id, AuditTrail.Service, stop.Token) == DeletionResult.Deleted) LogOld(id);
        foreach (Guid id in await deletion.FindHiddenAsync(stop.Token))
        {
            await deletion.RemoveRowsAsync(id, stop.Token);
            LogRemoved(id);
        }

        foreach (Guid id in await deletion.FindUnfinishedAsync(stop.Token)) await deletion.RemoveUnfinishedAsync(id, stop.Token);
    }

    protected override Task RunOnceAsync(CancellationToken cancellation) => RemoveAsync(cancellation);

    private async Task<Guid[]> FindOldAsync(CancellationToken cancellation)
    {
        if (options.Value.Clusterings == 0) return [];
        await using var query = database.CreateCommand("""
            SELECT coalesce(array_agg(id), '{}') FROM clusterings AS old
            WHERE deleted_at IS NULL AND state NOT IN ('queued', 'running')
                AND id < (SELECT id FROM clusterings WHERE deleted_at IS NULL AND state = 'succeeded' ORDER BY id DESC OFFSET $1 - 1 LIMIT 1)
                AND (published_at IS NULL OR coalesce(replaced_at, published_at) < now() - $2)
                AND NOT EXISTS (SELECT FROM publication WHERE clustering_id = old.id)
            """);
        query.Parameters.AddWithValue(options.Value.Clusterings);
        query.Parameters.AddWithValue(TimeSpan.FromDays(options.Value.PublishedDays));
        return (Guid[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(LogLevel.Information, "Clustering {Id} is older than the retention and is deleted")]
    private partial void LogOld(Guid id);

    [LoggerMessage(LogLevel.Information, "The rows of the deleted clustering {Id} are removed")]
    private partial void LogRemoved(Guid id);
}
