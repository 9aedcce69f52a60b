using InterestService.Api.Hosting;
using InterestService.Api.Storage;

namespace InterestService.Api.Jobs;

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
