using InterestService.Api.Hosting.Databases;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Events;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>
/// Finds out why a user has no cluster, from the events, for requests that read the database anyway. The answer is without the reason where the
/// database does not give it at once.
/// </summary>
internal sealed class MissingClusters(NpgsqlDataSource database, DatabaseMonitor monitor, PublishedModel models, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns the answer about a user whom a snapshot does not have.</summary>
    public async Task<ProblemHttpResult> ExplainAsync(Snapshot snapshot, string userId, CancellationToken cancellation)
    {
        if (snapshot.People.HasOptedOut(userId) || monitor.IsAway) return PublishedProblems.NoCluster(snapshot, userId);
        try
        {
            // What takes longer, such as reading a large model for the first time, goes on for the lookups that follow.
            return PublishedProblems.NoCluster(snapshot, userId, await FindAsync(userId, CancellationToken.None).WaitAsync(_patience, cancellation));
        }
        catch (Exception exception) when (exception is TimeoutException or PipelineException || exception.IsDatabaseAway())
        {
            return PublishedProblems.NoCluster(snapshot, userId);
        }
    }

    /// <summary>Returns the reason; null when the user has no events, or none that speak against a cluster.</summary>
    private async Task<string?> FindAsync(string userId, CancellationToken cancellation)
    {
        using var published = await models.RentAsync(cancellation);
        if (published is null) return null;
        var now = time.GetUtcNow();
        var history = await UserHistory.ReadAsync(database, userId, now.AddDays(1).UtcDateTime, cancellation);
        using var log = history.Log;
        if (log.UserIds.Length == 0) return null;
        var newItems = await NewItems.ReadAsync(database, published.Model, log, cancellation);
        using var usable = published.Model.Prepare(log, newItems);
        return usable.UserCount > 0 ? null : Placements.WhyNone(published.Model, log.ItemIds, newItems);
    }
}
