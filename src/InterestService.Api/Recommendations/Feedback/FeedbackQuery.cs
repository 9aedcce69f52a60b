using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Computes feedback on recommendations from the events.</summary>
internal sealed class FeedbackQuery(NpgsqlDataSource database, RecommendationIds ids, PublishedSnapshot published)
{
    /// <summary>Longer than that of a lookup, because the query may read every impression.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>Counts an item once for each recommendation, however often it was shown or clicked.</summary>
    private const string Sql = $"""
        SELECT person, recommendation_id, count(*)::int, count(*) FILTER (WHERE clicked)::int, count(*) FILTER (WHERE bought)::int
        FROM (
            SELECT coalesce(l.user_id, e.user_id) AS person, recommendation_id, item_id,
                bool_or(lower(event_type) = '{UserHistory.Impression}' AND occurred_at < $2) AS shown,
                bool_or(lower(event_type) = 'click') AS clicked, bool_or(lower(event_type) = 'purchase') AS bought
            FROM events e LEFT JOIN user_links l ON alias = e.user_id
            WHERE recommendation_id IS NOT NULL AND item_id IS NOT NULL AND occurred_at >= $1
                AND coalesce(l.user_id, e.user_id) NOT IN {PersonSql.OptedOutSql} GROUP BY 1, 2, 3) AS items
        WHERE shown GROUP BY 1, 2 ORDER BY 1
        """;

    public async Task<FeedbackResponse> RunAsync(DateTime? from, DateTime? to, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand(Sql);
        query.CommandTimeout = TimeoutSeconds;
        query.Parameters.AddWithValue(from ?? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)); // PostgreSQL's -infinity
        query.Parameters.AddWithValue(to ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var overall = new FeedbackTally();
        var clusters = new Dictionary<int, FeedbackTally>();
        string? person = null;
        var own = new Dictionary<RecommendationOrigin, FeedbackCounts>();
        long unknown = 0;
        int crossovers = 0;
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetString(0) != person) CloseUser();
            person = reader.GetString(0);
            var counts = new FeedbackCounts(reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4));
            if (ids.Read(reader.GetString(1)) is { } origin) own[origin] = own.GetValueOrDefault(origin).Plus(counts);
            else unknown += counts.Impressions;
        }

        CloseUser();
        return new FeedbackResponse(
            from, to, overall.ToFigures(),
            [.. clusters.OrderByDescending(cluster => cluster.Value.Impressions).ThenBy(cluster => cluster.Key).Select(cluster => new ClusterFeedback(
                cluster.Key == 0 ? null : cluster.Key, published.Current?.FindCluster(new ClusterId(cluster.Key))?.Label, cluster.Value.ToFigures()))],
            unknown, crossovers);

        void CloseUser()
        {
            var groups = own.GroupBy(part => part.Key.IsControl).ToList();
            if (groups is [var group])
            {
                overall.Add(group.Key, group.Aggregate(default(FeedbackCounts), (sum, part) => sum.Plus(part.Value)));
                foreach (var (origin, counts) in own)
                {
                    if (!clusters.TryGetValue(origin.ClusterId, out var cluster)) clusters.Add(origin.ClusterId, cluster = new FeedbackTally());
                    cluster.Add(origin.IsControl, counts);
                }
            }
            else if (groups.Count > 1)
            {
                crossovers++;
            }

            own.Clear();
        }
    }
}
