using System.Security.Claims;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Starts and cancels jobs of any kind.</summary>
internal sealed class JobStore(InterestDbContext context, TimeProvider time)
{
    /// <summary>Seconds after which a job that is not over may be looked at again.</summary>
    public const string RetryAfterSeconds = "1";

    private static readonly TimeSpan _idempotencyKept = TimeSpan.FromHours(24);

    /// <summary>As PostgreSQL keeps it.</summary>
    public DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Adds a job, or finds the one that the same request with the same key added within 24 hours.</summary>
    /// <param name="job">With the caller's key, which is unique for the caller, or none.</param>
    /// <param name="sameRequest">Whether another job was asked for by the same request.</param>
    /// <param name="cancellation">Of the request.</param>
    /// <returns>The job and whether it is new, or what is wrong.</returns>
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
            await context.SaveChangesAsync(cancellation); // forgets an outlived key first
            jobs.Add(job);
            await context.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return (job, false, TypedResults.Problem(statusCode: 409, title: "A request with this Idempotency-Key is being answered right now."));
        }

        return (job, true, null);
    }

    /// <summary>Cancels a job that waits, and asks one that runs to stop.</summary>
    /// <returns>False when it did neither.</returns>
    public async Task<bool> CancelAsync<T>(Guid id, CancellationToken cancellation)
        where T : LongJob
    {
        var now = Now();
        int waiting = await context.Set<T>().Where(j => j.Id == id && j.State == JobState.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.State, JobState.Canceled).SetProperty(j => j.FinishedAt, now), cancellation);
        int running = await context.Set<T>().Where(j => j.Id == id && j.State == JobState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), cancellation);
        return waiting + running > 0;
    }
}

/// <summary>Lists of jobs, the newest first; the cursor is the last one's id, since ids are time-ordered (UUID version 7).</summary>
internal static class JobPages
{
    /// <returns>Those that follow the cursor; null when the text is no cursor.</returns>
    public static IQueryable<T>? After<T>(this IQueryable<T> jobs, string? cursor)
        where T : LongJob
    {
        if (cursor is null) return jobs.OrderByDescending(job => job.Id);
        return Guid.TryParse(Paging.Decode(cursor), out Guid last) ? jobs.Where(job => job.Id < last).OrderByDescending(job => job.Id) : null;
    }
}

/// <summary>The header by which a caller makes a request that may be sent twice.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Each caller has keys of its own.</summary>
    /// <returns>Null without a key, or with a bad one, which is then among the errors.</returns>
    public static string? Create(ClaimsPrincipal caller, string? header, Dictionary<string, string[]> errors)
    {
        if (header?.Length is 0 or > 256) errors[Header] = ["Expected 1 to 256 characters."];
        return header is null ? null : $"{caller.Identity!.Name}:{header}";
    }
}
