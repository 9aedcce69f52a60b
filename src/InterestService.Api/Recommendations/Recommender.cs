using System.Globalization;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Recommending;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>
/// Recommends items to a user by the encoder's ranking from the events up to the last committed one, with popularity inside the user's clusters
/// as a small prior. Users in the control group, users who have opted out and users without events that the model knows get the items that
/// are popular among all users.
/// </summary>
internal sealed class Recommender(
    NpgsqlDataSource database, PublishedModel models, PublishedPopularity popularity, ControlGroup controls, RecommendationIds ids, TimeProvider time)
{
    /// <returns>Recommendations; null while nothing is published.</returns>
    public async Task<RecommendationsResponse?> RecommendAsync(string userId, int limit, bool includeSeen, CancellationToken cancellation)
    {
        using var published = await models.RentAsync(cancellation);
        if (published is null) return null;
        var history = await UserHistory.ReadAsync(database, userId, time.GetUtcNow().AddDays(1).UtcDateTime, cancellation);
        var popular = await popularity.GetAsync(published, cancellation);
        var known = history.OptedOut ? null : published.Model.Prepare(history.Log);
        if (known?.UserCount == 0) known = null;
        var memberships = known is null ? [] : Memberships(published, userId, known, cancellation);
        bool[] excluded = new bool[published.Model.ItemIds.Count];
        if (!includeSeen)
            foreach (int item in history.Seen.Select(published.Model.IndexOf).Where(item => item != EventLog.NoItem)) excluded[item] = true;

        if (known is null && !history.OptedOut) await ExcludeDislikedKindsAsync(published, history.Log, popular, excluded, cancellation);

        bool isControl = await controls.HasAsync(history.PersonId, cancellation);
        var picks = isControl || known is null ? Popular(popular, excluded, limit) : Personal(published, known, memberships, popular, excluded, limit);
        int[] items = [.. picks.Select(pick => pick.Item).Concat(picks.Select(pick => pick.Own ?? pick.Item)).Distinct()];
        var catalogue = await Catalogue.ReadAsync(database, [.. items.Select(item => published.Model.ItemIds[item])], cancellation);
        return new RecommendationsResponse(
            ids.Issue(new RecommendationOrigin(isControl, memberships is [var cluster, ..] ? cluster.ClusterId : 0)), isControl,
            [.. picks.Select(pick => Describe(pick, published.Model, catalogue))]);
    }

    /// <summary>Returns the memberships that lookups answer with or, for users without any, those that follow from their events.</summary>
    private static IReadOnlyList<ClusterMembership> Memberships(
        PublishedModel.Lease published, string userId, InteractionSet known, CancellationToken cancellation)
    {
        if (published.Snapshot.FindUser(userId) is { } found) return found.Memberships;
        return Memberships(published, known, cancellation);
    }

    /// <summary>Returns the memberships that follow from the first user's items.</summary>
    private static IReadOnlyList<ClusterMembership> Memberships(PublishedModel.Lease published, InteractionSet set, CancellationToken cancellation)
    {
        var joined = published.Model.Join(published.Model.Encoder.Encode(set, cancellation), set);
        return [.. joined.Clusters.Zip(joined.Probabilities, (cluster, probability) =>
        {
            var description = published.Snapshot.ClusterOfNumber(ClusterNumber.FromIndex(cluster));
            return new ClusterMembership(description.Id, description.Label, probability);
        })];
    }

    /// <summary>Excludes popular items of the kind that a user dislikes, of whom nothing else is known.</summary>
    private async Task ExcludeDislikedKindsAsync(
        PublishedModel.Lease published, EventLog log, PopularItems popular, bool[] excluded, CancellationToken cancellation)
    {
        var model = published.Model;
        using var disliked = model.PrepareDisliked(log);
        if (disliked.UserCount == 0) return;
        PopularItem[] candidates = [.. popular.Everyone];
        float[] fans = popular.In(Memberships(published, disliked, cancellation));
        var catalogue = await Catalogue.ReadAsync(
            database, [.. candidates.Select(item => item.Item).Concat(disliked.ColumnsOf(0).ToArray()).Distinct().Select(item => model.ItemIds[item])], cancellation);
        bool[] averse = Aversion.Find(
            [.. candidates.Select(item => new PopularCandidate(Describe(item.Item), item.Share, fans[item.Item]))],
            [.. disliked.ColumnsOf(0).ToArray().Select(Describe)]);
        for (int i = 0; i < candidates.Length; i++) excluded[candidates[i].Item] |= averse[i];

        ItemDescription Describe(int item) => catalogue.GetValueOrDefault(model.ItemIds[item]) ?? new ItemDescription(null, []);
    }

    private static List<Pick> Personal(
        PublishedModel.Lease published, InteractionSet known, IReadOnlyList<ClusterMembership> memberships,
        PopularItems popular, bool[] excluded, int limit)
    {
        var encoder = published.Model.Encoder;
        var ranked = RankFusion.Fuse(encoder.Score(known, [0]).Values, popular.In(memberships), excluded, limit);
        int[] evidence = Evidence.Find(encoder.Score, known, 0, [.. ranked.Select(item => item.Item)]);
        return [.. ranked.Select((item, i) => item.ByClusters ? OfCluster(item) : OfEncoder(item, evidence[i]))];

        Pick OfEncoder(RankedItem item, int own) => new(item.Item, item.Score, RecommendationSource.Encoder) { Own = own };

        Pick OfCluster(RankedItem item)
        {
            var (label, share, _) = memberships.Select(m => (m.Label, Share: popular.ShareIn(new ClusterId(m.ClusterId), item.Item), m.Probability))
                .MaxBy(cluster => cluster.Share * cluster.Probability);
            return new Pick(item.Item, item.Score, RecommendationSource.Cluster) { Group = $"\"{label}\"", Share = share };
        }
    }

    private static List<Pick> Popular(PopularItems popular, bool[] excluded, int limit) =>
    [
        .. popular.Everyone.Where(item => !excluded[item.Item]).Take(limit)
            .Select(item => new Pick(item.Item, item.Share, RecommendationSource.Popular) { Group = "all users", Share = item.Share }),
    ];

    private static RecommendedItem Describe(Pick pick, TrainedModel model, Dictionary<string, ItemDescription> catalogue)
    {
        string id = model.ItemIds[pick.Item];
        string? own = pick.Own is { } item ? model.ItemIds[item] : null;
        string because = own is null
            ? string.Create(CultureInfo.InvariantCulture, $"{pick.Share:P0} of {pick.Group} came to it")
            : $"Because of \"{catalogue.GetValueOrDefault(own)?.Title ?? own}\"";
        return new RecommendedItem(id, catalogue.GetValueOrDefault(id)?.Title, pick.Score, pick.Source, because, own);
    }

    /// <param name="Item">Index of the item in the model, as that of <see cref="Own"/>.</param>
    private sealed record Pick(int Item, double Score, RecommendationSource Source)
    {
        /// <summary>The user's own item that speaks most for it; null when other users do.</summary>
        public int? Own { get; init; }

        public string Group { get; init; } = "";

        /// <summary>Proportion of the group who dealt with the item.</summary>
        public float Share { get; init; }
    }
}
