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
/// as a small prior. An item for which nothing of the user's own history speaks more than chance counts as popular. Users in the control group,
/// users who have opted out and users without events that the model knows get the items that are popular among all users.
/// </summary>
internal sealed class Recommender(
    NpgsqlDataSource database, PublishedModel models, PublishedPopularity popularity, PublishedCandidates published, ControlGroup controls,
    RecommendationIds ids, TimeProvider time)
{
    /// <summary>How many times as many items are ranked when some may be of a kind that the user dislikes.</summary>
    private const int Reserve = 4;

    /// <returns>Recommendations; null while nothing is published.</returns>
    public async Task<RecommendationsResponse?> RecommendAsync(string userId, int limit, bool includeSeen, CancellationToken cancellation)
    {
        using var lease = await models.RentAsync(cancellation);
        if (lease is null) return null;
        var model = lease.Model;
        var history = await UserHistory.ReadAsync(database, userId, time.GetUtcNow().AddDays(1).UtcDateTime, cancellation);
        var candidates = await published.GetAsync(lease, cancellation);
        var popular = await popularity.GetAsync(lease, cancellation);
        var newItems = await NewItems.ReadAsync(database, lease.Model, history.Log, cancellation);
        using var prepared = model.Prepare(history.Log, newItems);
        var known = history.OptedOut || prepared.UserCount == 0 ? null : prepared;
        var memberships = known is null ? [] : Memberships(lease, userId, known, cancellation);
        bool[] excluded = new bool[model.ItemIds.Count + candidates.NewIds.Length];
        if (!includeSeen) await SeenItems.ReadAsync(database, userId, Exclude, cancellation);

        if (known is null && !history.OptedOut) await ExcludeDislikedKindsAsync(lease, history.Log, popular, excluded, cancellation);

        bool isControl = await controls.HasAsync(history.PersonId, cancellation);
        IReadOnlySet<string> dislikedKinds = known is null ? new HashSet<string>() : await FindDislikedKindsAsync(model, history.Log, known, cancellation);
        // Only the catalogue knows the kinds of items: where some are disliked, more items are ranked, until enough are left.
        int reach = dislikedKinds.Count == 0 ? limit : limit * Reserve;
        var (ranked, picks, catalogue) = await PickAsync();
        while (picks.Count < limit && ranked == reach)
        {
            reach *= Reserve;
            (ranked, picks, catalogue) = await PickAsync();
        }

        return new RecommendationsResponse(
            ids.Issue(new RecommendationOrigin(isControl, memberships is [var cluster, ..] ? cluster.ClusterId : 0)), isControl,
            [.. picks.Take(limit).Select(pick => Describe(pick, candidates.IdOf(model, pick.Item), OwnItem(pick), catalogue))]);

        async Task<(int Ranked, List<Pick> Kept, Dictionary<string, ItemDescription> Catalogue)> PickAsync()
        {
            var all = isControl || known is null ? Popular(popular, excluded, reach) : Personal(model, candidates, known, memberships, popular, excluded, reach);
            string[] items = [.. all.Select(pick => candidates.IdOf(model, pick.Item)).Concat(all.Select(OwnItem).OfType<string>()).Distinct()];
            var entries = await Catalogue.ReadAsync(database, items, cancellation);
            var kept = all.FindAll(pick => !(entries.GetValueOrDefault(candidates.IdOf(model, pick.Item)) is { } item && Aversion.HasAny(item, dislikedKinds)));
            return (all.Count, kept, entries);
        }

        // The model reads a new item of the user as a search for its text.
        string? OwnItem(Pick pick) => pick.Own is null
            ? null
            : pick.Own.Query is { } text ? newItems.FirstOrDefault(item => item.Value.Text == text).Key : candidates.IdOf(model, pick.Own.Item);

        void Exclude(string itemId)
        {
            if (candidates.IndexOf(model, itemId) is not EventLog.NoItem and var item) excluded[item] = true;
        }
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
        var joined = published.Model.Join(published.Model.Encode(set, cancellation), set);
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
        bool[] ofDislikedKinds = Aversion.Find(
            [.. candidates.Select(item => new PopularCandidate(Describe(item.Item), item.Share, fans[item.Item]))],
            [.. disliked.ColumnsOf(0).ToArray().Select(Describe)]);
        for (int i = 0; i < candidates.Length; i++) excluded[candidates[i].Item] |= ofDislikedKinds[i];

        ItemDescription Describe(int item) => catalogue.GetValueOrDefault(model.ItemIds[item]) ?? new ItemDescription(null, []);
    }

    /// <summary>Finds the kinds of items that a user dislikes of whom more is known.</summary>
    private async Task<IReadOnlySet<string>> FindDislikedKindsAsync(TrainedModel model, EventLog log, InteractionSet known, CancellationToken cancellation)
    {
        using var disliked = model.PrepareDisliked(log);
        if (disliked.UserCount == 0) return new HashSet<string>();
        string[] items = [.. disliked.ColumnsOf(0).ToArray().Union(known.ColumnsOf(0).ToArray()).Select(item => model.ItemIds[item])];
        var catalogue = await Catalogue.ReadAsync(database, items, cancellation);
        return Aversion.FindCategories(Weigh(disliked), Weigh(known));

        WeighedItem[] Weigh(InteractionSet set) => [.. set.ColumnsOf(0).ToArray().Zip(set.WeightsOf(0).ToArray())
            .Where(item => catalogue.ContainsKey(model.ItemIds[item.First]))
            .Select(item => new WeighedItem(catalogue[model.ItemIds[item.First]], item.Second))];
    }

    private static List<Pick> Personal(
        TrainedModel model, Candidates candidates, InteractionSet known, IReadOnlyList<ClusterMembership> memberships,
        PopularItems popular, bool[] excluded, int limit)
    {
        var score = candidates.Scorer(model);
        // Nobody could come to a new item yet: it counts as an item of average popularity.
        float[] inClusters = popular.In(memberships);
        inClusters = [.. inClusters, .. Enumerable.Repeat(inClusters.DefaultIfEmpty().Average(), candidates.NewIds.Length)];
        float[] scores = new float[inClusters.Length];
        score(known, [0], new Matrix(1, scores.Length, scores));
        var ranked = RankFusion.Fuse(scores, inClusters, excluded, limit);
        var evidence = Evidence.Find(score, candidates.Chance, known, 0, [.. ranked.Select(item => item.Item)]);
        return [.. ranked.Select((item, i) => item.ByClusters && OfCluster(item) is { } pick ? pick : OfEncoder(item, evidence[i]))];

        Pick OfEncoder(RankedItem item, OwnEvidence? own) => own is null
            ? Pick.OfEveryone(item.Item, item.Score, popular.ShareOfAll(item.Item))
            : new Pick(item.Item, item.Score, RecommendationSource.Encoder) { Own = own };

        // A cluster whose users come to the item no more than all users do is no reason.
        Pick? OfCluster(RankedItem item)
        {
            var (label, share, _) = memberships.Select(m => (m.Label, Share: popular.ShareIn(new ClusterId(m.ClusterId), item.Item), m.Probability))
                .MaxBy(cluster => cluster.Share * cluster.Probability);
            return share <= popular.ShareOfAll(item.Item)
                ? null
                : new Pick(item.Item, item.Score, RecommendationSource.Cluster) { Group = $"\"{label}\"", Share = share };
        }
    }

    private static List<Pick> Popular(PopularItems popular, bool[] excluded, int limit) =>
        [.. popular.Everyone.Where(item => !excluded[item.Item]).Take(limit).Select(item => Pick.OfEveryone(item.Item, item.Share, item.Share))];

    private static RecommendedItem Describe(Pick pick, string id, string? own, Dictionary<string, ItemDescription> catalogue)
    {
        string because = pick.Own is null
            ? pick.Share < .005f ? $"Less than 1 % of {pick.Group} are interested in it" : string.Create(CultureInfo.InvariantCulture, $"{pick.Share:P0} of {pick.Group} are interested in it")
            : own is null ? $"Because you searched for \"{pick.Own.Query}\"" : $"Because of \"{catalogue.GetValueOrDefault(own)?.Title ?? own}\"";
        return new RecommendedItem(id, catalogue.GetValueOrDefault(id)?.Title, pick.Score, pick.Source, because, own);
    }

    /// <param name="Item">Index of the candidate.</param>
    private sealed record Pick(int Item, double Score, RecommendationSource Source)
    {
        /// <summary>What of the user's own history speaks most for it; null when other users do.</summary>
        public OwnEvidence? Own { get; init; }

        public string Group { get; init; } = "";

        /// <summary>Proportion of the group who are interested in the item.</summary>
        public float Share { get; init; }

        public static Pick OfEveryone(int item, double score, float share) =>
            new(item, score, RecommendationSource.Popular) { Group = "all users", Share = share };
    }
}
