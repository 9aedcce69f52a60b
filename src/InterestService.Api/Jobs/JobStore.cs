using System.Security.Claims;
using Hangfire;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Adds, queues and cancels jobs of any kind.</summary>
internal sealed class JobStore(InterestDbContext context, NpgsqlDataSource database, IBackgroundJobClient queue, JobKinds kinds, TimeProvider time)
{
    /// <summary>Value of <c>Retry-After</c>, in seconds, for a job that is not over.</summary>
    public const string RetryAfterSeconds = "1";

    private static readonly TimeSpan _idempotencyKept = TimeSpan.FromHours(24);

    /// <summary>Returns the current time in PostgreSQL's resolution, microseconds.</summary>
    public DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Adds a job, or finds the one that the same request with the same key added within 24 hours.</summary>
    /// <param name="job">The job, with the caller's idempotency key or none.</param>
    /// <param name="sameRequest">Returns whether a known job has the same request.</param>
    /// <param name="cancellation">Cancels the commands.</param>
    /// <returns>The job and whether it is new; or a problem to answer with.</returns>
    public async Task<(T Job, bool IsNew, ProblemHttpResult? Problem)> AddAsync<T>(T job, Func<T, bool> sameRequest, CancellationToken cancellation)
        where T : LongJob
    {
        var jobs = context.Set<T>();
        if (job.IdempotencyKey is { } key && await jobs.SingleOrDefaultAsync(j => j.IdempotencyKey == key, cancellation) is { } known)
        {
            if (job.CreatedAt - known.CreatedAt >= _idempotencyKept) known.IdempotencyKey = null;
            else if (sameRequest(known)) return (known, false, null);
            else return (known, false, TypedResults.Problem(statusCode: 422, title: "The Idempotency-Key was used for another request.", detail: $"It started {known.Id}."));
        }

        try
        {
            await context.SaveChangesAsync(cancellation); // removes an expired key first
            jobs.Add(job);
            await context.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return (job, false, TypedResults.Problem(statusCode: 409, title: "A request with this Idempotency-Key is being answered right now."));
        }

        return (job, true, null);
    }

    /// <summary>Queues a job that has been added; the transaction that adds it must have committed.</summary>
    public void Enqueue<T>(T job)
        where T : LongJob => kinds.Find<T>().Enqueue(queue, job.Id);

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
}

/// <summary>Lists jobs, the newest first; the cursor is the id of the last one, since ids are time-ordered (UUID version 7).</summary>
internal static class JobPages
{
    /// <returns>The jobs after the cursor; null when the text is not a cursor.</returns>
    public static IQueryable<T>? After<T>(this IQueryable<T> jobs, string? cursor)
        where T : LongJob
    {
        if (cursor is null) return jobs.OrderByDescending(job => job.Id);
        return Guid.TryParse(Paging.Decode(cursor), out Guid last) ? jobs.Where(job => job.Id < last).OrderByDescending(job => job.Id) : null;
    }
}

/// <summary>The header that makes it safe to send a request twice.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Creates the stored key, which includes the caller's name, so that callers do not share keys.</summary>
    /// <returns>Null without a key. An invalid key is added to the errors.</returns>
    public static string? Create(ClaimsPrincipal caller, string? header, Dictionary<string, string[]> errors)
    {
        if (header?.Length is 0 or > 256) errors[Header] = ["Expected 1 to 256 characters."];
        return header is null ? null : $"{caller.Identity!.Name}:{header}";
    }
}
