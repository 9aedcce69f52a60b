using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Profiling;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>Explains which items of a user speak for the cluster of the user.</summary>
internal sealed class Explainer(NpgsqlDataSource database, TimeProvider time)
{
    private const int MaxEvents = 10;

    /// <summary>Reads the events that explain.</summary>
    public Task<UserHistory> ReadHistoryAsync(string userId, CancellationToken cancellation) =>
        UserHistory.ReadAsync(database, userId, time.GetUtcNow().AddDays(1).UtcDateTime, cancellation);

    /// <summary>Explains the cluster of a user.</summary>
    /// <param name="published">The published model.</param>
    /// <param name="user">The user, with the cluster to explain.</param>
    /// <param name="history">The events of the user.</param>
    /// <param name="cancellation">Cancels queries and computation.</param>
    /// <returns>The explanation; null when the user has no events that the model knows.</returns>
    public async Task<ExplanationResponse?> ExplainAsync(
        PublishedModel.Lease published, UserClusterResponse user, UserHistory history, CancellationToken cancellation)
    {
        var model = published.Model;
        using var known = model.Prepare(history.Log, await NewItems.ReadAsync(database, published.Model, history.Log, cancellation));
        if (known.UserCount == 0) return null;
        int cluster = published.Snapshot.NumberOf(new ClusterId(user.ClusterId))!.Value.Index;
        var explained = Occlusion.Explain(LogOdds, known, 0, PriorLogOdds([.. published.Snapshot.Clustered.Select(other => other.Users)], cluster));
        var catalogue = await Catalogue.ReadAsync(database, [.. explained.Items.Select(item => model.ItemIds[item.Item])], cancellation);
        var categories = CategoryNames.Choose(explained.Items.SelectMany(item => Describe(item).Categories));
        var events = Enumerable.Range(0, known.Events.EventCount).Reverse().ToLookup(e => known.Events.Items[e]);
        return new ExplanationResponse(
            user.UserId!, user.ClusterId, user.Label, explained.Probability, published.Snapshot.ClusteringId,
            [
                .. explained.Items.Select(item => new ExplainingItem(
                    model.ItemIds[item.Item], Describe(item).Title, item.Share, item.Evidence, item.ProbabilityWithout, events[item.Item].Count(),
                    [.. events[item.Item].Take(MaxEvents).Select(e => Event(known.Events, e))])),
            ],
            [
                .. explained.Items.SelectMany(item => Describe(item).Categories.Select(CategoryNames.Key).Distinct().Select(category => (Name: category, item.Share)))
                    .GroupBy(category => category.Name).Where(category => category.Key.Length > 0)
                    .Select(category => new ExplainingCategory(categories[category.Key], category.Sum(item => item.Share)))
                    .OrderByDescending(category => category.Share).ThenBy(category => category.Name, StringComparer.Ordinal),
            ],
            explained.OtherItems);

        double[] LogOdds(InteractionSet set) => model.LogOdds(model.Encode(set, cancellation), set, cluster);

        ItemDescription Describe(ItemEvidence item) => catalogue.GetValueOrDefault(model.ItemIds[item.Item]) ?? new ItemDescription(null, []);
    }

    /// <summary>The logarithm of the odds of a cluster by its part of all clustered users; one user more in and outside it keeps them finite.</summary>
    private static double PriorLogOdds(int[] users, int cluster) => Math.Log((users[cluster] + 1.0) / (users.Sum() - users[cluster] + 1.0));

    private static ExplainingEvent Event(EventLog log, int e) =>
        new(log.TypeNames[log.Types[e]], DateTimeOffset.FromUnixTimeMilliseconds(log.Times[e]).UtcDateTime);
}
