using System.Buffers.Binary;
using System.Diagnostics;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Adds, queues and cancels jobs of any kind.</summary>
internal sealed class JobStore(InterestDbContext context, NpgsqlDataSource database, JobQueue queue, JobKinds kinds, TimeProvider time)
{
    /// <summary>Value of <c>Retry-After</c>, in seconds, for a job that is not over.</summary>
    public const string RetryAfterSeconds = "1";

    /// <summary>Returns the current time in PostgreSQL's resolution, microseconds.</summary>
    public DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Adds a job, or finds the one that the same request with the same key added within 24 hours.</summary>
    /// <param name="job">The job.</param>
    /// <param name="key">The caller's key, or none.</param>
    /// <param name="cancellation">Cancels the commands.</param>
    /// <returns>The job and whether it is new; or a problem to answer with.</returns>
    public async Task<(T Job, bool IsNew, ProblemHttpResult? Problem)> AddAsync<T>(T job, IdempotencyKey? key, CancellationToken cancellation)
        where T : LongJob
    {
        await using var own = context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(cancellation) : null;
        if (key is not null)
        {
            // Until the commit, so that of requests at the same moment one adds the job.
            if (!await TryLockAsync(key, cancellation)) return Refuse(409, "A request with this Idempotency-Key is being answered right now.");
            var known = await context.IdempotencyKeys.FindAsync([key.Hash], cancellation);
            if (known is not null && job.CreatedAt - known.CreatedAt < IdempotencyKey.Kept)
            {
                if (!known.Request.AsSpan().SequenceEqual(key.Request))
                    return Refuse(422, "The Idempotency-Key was used for another request.", $"It started {known.JobId}.");
                return await context.FindAsync<T>([known.JobId], cancellation) is { } first
                    ? (first, false, null)
                    : Refuse(410, "What this Idempotency-Key started has been deleted.", $"It started {known.JobId}. Send another key to start anew.");
            }

            if (known is not null) context.Remove(known);
            await context.SaveChangesAsync(cancellation);
            context.Add(new StoredIdempotencyKey { Key = key.Hash, Request = key.Request, JobId = job.Id, CreatedAt = job.CreatedAt });
        }

        job.TraceParent = Activity.Current?.Id;
        context.Add(job);
        await context.SaveChangesAsync(cancellation);
        if (own is not null) await own.CommitAsync(cancellation);
        return (job, true, null);

        (T Job, bool IsNew, ProblemHttpResult? Problem) Refuse(int status, string title, string? detail = null) =>
            (job, false, TypedResults.Problem(statusCode: status, title: title, detail: detail));
    }

    /// <summary>Queues a job that has been added; the transaction that adds it must have committed.</summary>
    public void Enqueue<T>(T job)
        where T : LongJob => queue.Add(kinds.Find<T>(), job.Id);

    /// <summary>Cancels a queued job, and requests a running one to stop.</summary>
    /// <returns>False when the job is over or does not exist.</returns>
    public async Task<bool> CancelAsync<T>(Guid id, CancellationToken cancellation)
        where T : LongJob
    {
        await using var cancel = database.CreateCommand($"""
            UPDATE {kinds.Find<T>().Table} SET cancel_requested = true,
                state = CASE state WHEN 'queued' THEN 'canceled' ELSE state END, finished_at = CASE state WHEN 'queued' THEN now() END
            WHERE id = $1 AND state IN ('queued', 'running')
            """);
        cancel.Parameters.AddWithValue(id);
        return await cancel.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private async Task<bool> TryLockAsync(IdempotencyKey key, CancellationToken cancellation)
    {
        long id = BinaryPrimitives.ReadInt64BigEndian(key.Hash);
        return await context.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({id}) AS \"Value\"").SingleAsync(cancellation);
    }
}

/// <summary>Lists jobs, the newest first; the cursor is the id of the last one, since ids are time-ordered (UUID version 7).</summary>
internal static class JobPages
{
    /// <returns>The jobs after the cursor; null when the text is not a cursor.</returns>
    public static IQueryable<T>? After<T>(this IQueryable<T> jobs, HttpContext http, string? cursor)
        where T : LongJob =>
        Paging.TryRead(http, cursor, Guid.AllBitsSet, Guid.TryParse, out Guid last)
            ? jobs.Where(job => job.Id < last).OrderByDescending(job => job.Id)
            : null;
}
