using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Computes feedback on recommendations from the events.</summary>
internal sealed class FeedbackQuery(
    UndoneConversions undoneConversions, RecommendationIds ids, PublishedSnapshot published, IOptions<FeedbackOptions> options)
{
    /// <summary>Longer than that of a lookup, because the query may read every impression.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>
    /// Counts an item once for each recommendation, however often it was shown or clicked. A click or a conversion in the period is without an
    /// impression when there is none at any time; the clicks of an item that was shown count whenever they came. $5: conversions taken back.
    /// </summary>
    private const string Sql = $"""
        WITH acts AS (
            SELECT coalesce(l.user_id, e.user_id) AS person, recommendation_id, item_id, occurred_at, {FeedbackOptions.NormalizeSql} AS type,
                arrival = ANY($5) AS undone
            FROM events e LEFT JOIN user_links l ON alias = e.user_id
            WHERE recommendation_id IS NOT NULL AND occurred_at >= $1
                AND coalesce(l.user_id, e.user_id) NOT IN {PersonSql.OptedOutSql}),
        items AS (
            SELECT person, recommendation_id, item_id,
                item_id IS NOT NULL AND bool_or(type = '{UserHistory.Impression}' AND occurred_at < $2) AS shown,
                item_id IS NULL OR bool_or(type = '{UserHistory.Impression}') AS ever_shown,
                bool_or(type = ANY($3)) AS clicked, bool_or(type = ANY($3) AND occurred_at < $2) AS clicked_then,
                bool_or(type = ANY($4) AND NOT undone) AS converted, bool_or(type = ANY($4) AND NOT undone AND occurred_at < $2) AS converted_then,
                bool_or(undone) AS undone,
                count(*) FILTER (WHERE occurred_at < $2
                    AND (item_id IS NULL OR NOT (type = '{UserHistory.Impression}' OR type = ANY($3) OR type = ANY($4)))) AS others
            FROM acts GROUP BY 1, 2, 3),
        judged AS (
            SELECT *, CASE WHEN ever_shown OR NOT (clicked_then OR converted_then) THEN false ELSE NOT EXISTS (
                SELECT FROM events e
                WHERE e.user_id IN (SELECT person UNION ALL SELECT alias FROM user_links WHERE user_links.user_id = person)
                    AND e.occurred_at < $1 AND e.recommendation_id = items.recommendation_id AND e.item_id = items.item_id
                    AND {FeedbackOptions.NormalizeSql} = '{UserHistory.Impression}') END AS never_shown
            FROM items)
        SELECT person, recommendation_id,
            count(*) FILTER (WHERE shown)::int, count(*) FILTER (WHERE shown AND clicked)::int, count(*) FILTER (WHERE shown AND converted)::int,
            count(*) FILTER (WHERE never_shown AND clicked_then), count(*) FILTER (WHERE never_shown AND converted_then), sum(others)::bigint,
            count(*) FILTER (WHERE shown AND undone AND NOT converted)
        FROM judged GROUP BY 1, 2 ORDER BY 1
        """;

    public async Task<FeedbackResponse> RunAsync(NpgsqlConnection connection, DateTime? from, DateTime? to, CancellationToken cancellation)
    {
        var first = from ?? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc); // PostgreSQL's -infinity
        long[] takenBack = await undoneConversions.ReadAsync(connection, first, TimeoutSeconds, cancellation);
        await using var query = new NpgsqlCommand(Sql, connection) { CommandTimeout = TimeoutSeconds };
        query.Parameters.AddWithValue(first);
        query.Parameters.AddWithValue(to ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        query.Parameters.AddWithValue(options.Value.TypesOf(FeedbackKind.Click));
        query.Parameters.AddWithValue(options.Value.TypesOf(FeedbackKind.Conversion));
        query.Parameters.AddWithValue(takenBack);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var overall = new FeedbackTally();
        var clusters = new Dictionary<int, FeedbackTally>();
        string? person = null;
        var own = new Dictionary<RecommendationOrigin, FeedbackCounts>();
        long unknown = 0, clicks = 0, conversions = 0, others = 0, undone = 0;
        int crossovers = 0;
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetString(0) != person) CloseUser();
            person = reader.GetString(0);
            var counts = new FeedbackCounts(reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4));
            if (ids.Read(reader.GetString(1)) is not { } origin)
            {
                unknown += counts.Impressions;
                continue;
            }

            if (counts.Impressions > 0) own[origin] = own.GetValueOrDefault(origin).Plus(counts);
            clicks += reader.GetInt64(5);
            conversions += reader.GetInt64(6);
            others += reader.GetInt64(7);
            undone += reader.GetInt64(8);
        }

        CloseUser();
        return new FeedbackResponse(
            from, to, overall.ToFigures(),
            [.. clusters.OrderByDescending(cluster => cluster.Value.Impressions).ThenBy(cluster => cluster.Key).Select(cluster => new ClusterFeedback(
                cluster.Key == 0 ? null : cluster.Key, published.Current?.FindCluster(new ClusterId(cluster.Key))?.Label, cluster.Value.ToFigures()))],
            unknown, clicks, conversions, undone, others, crossovers);

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
