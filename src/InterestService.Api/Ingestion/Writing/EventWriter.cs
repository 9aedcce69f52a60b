using System.IO.Hashing;
using InterestService.Api.Reading;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using Npgsql;

namespace InterestService.Api.Ingestion.Writing;

/// <summary>Writes events, and fills gaps of the item catalogue from their titles and categories.</summary>
internal sealed class EventWriter(NpgsqlDataSource database) : UploadWriter(database)
{
    private const int MaxDescriptions = 1 << 16;

    private readonly HashSet<ulong> _descriptions = [];
    private bool _describesItems;

    protected override string StagingSql => """
        SET LOCAL work_mem = '64MB';
        SET LOCAL jit = off;
        CREATE TEMP TABLE staged_events (
            ordinal bigint NOT NULL,
            user_id text COLLATE "C" NOT NULL,
            occurred_at timestamptz NOT NULL,
            event_key uuid NOT NULL,
            item_id text COLLATE "C",
            event_type text NOT NULL,
            value double precision,
            query text,
            source text,
            event_id text,
            recommendation_id text,
            title text,
            category text
        ) ON COMMIT DROP
        """;

    protected override string CopySql => """
        COPY staged_events (
            ordinal, user_id, occurred_at, event_key, item_id, event_type, value, query, source, event_id, recommendation_id,
            title, category
        ) FROM STDIN (FORMAT binary)
        """;

    // Arrival numbers are allocated in batches of 2^20. The order by user and key keeps two uploads of the same events from deadlocking, on
    // the primary key as on the caller's event ids; the first to arrive is kept.
    private const string MergeEvents = """
        WITH batches AS MATERIALIZED (
            SELECT array_agg(nextval('event_arrival')) AS ids FROM generate_series(0, $1 >> 20)
        )
        INSERT INTO events (
            user_id, occurred_at, event_key, arrival, item_id, event_type, value, query, source, event_id, recommendation_id, categories)
        SELECT
            user_id, occurred_at, event_key, (ids[(ordinal >> 20) + 1] << 20) | (ordinal & 1048575),
            item_id, event_type, value, query, source, event_id, recommendation_id,
            CASE WHEN item_id IS NULL THEN string_to_array(category, '|') END
        FROM staged_events, batches
        ORDER BY user_id, event_key, ordinal
        ON CONFLICT DO NOTHING
        """;

    // Entries with nothing to fill are excluded before the insert, which would lock them even without a change.
    private const string MergeItems = """
        WITH described AS (
            SELECT
                item_id,
                (array_agg(title ORDER BY ordinal) FILTER (WHERE title IS NOT NULL))[1] AS title,
                string_to_array(coalesce(
                    (array_agg(category ORDER BY ordinal) FILTER (WHERE category IS NOT NULL))[1], ''), '|') AS categories
            FROM staged_events
            WHERE item_id IS NOT NULL AND (title IS NOT NULL OR category IS NOT NULL)
            GROUP BY item_id
        ), batch AS MATERIALIZED (
            SELECT nextval('event_arrival') << 20 AS arrival
        )
        INSERT INTO items (item_id, title, categories, tags, arrival)
        SELECT item_id, described.title, described.categories, '{}', batch.arrival
        FROM described LEFT JOIN items USING (item_id), batch
        WHERE items.tags IS NULL
            OR (items.title IS NULL AND described.title IS NOT NULL)
            OR (items.categories = '{}' AND described.categories <> '{}')
        ORDER BY item_id
        ON CONFLICT (item_id) DO UPDATE SET
            title = coalesce(items.title, excluded.title),
            categories = CASE WHEN items.categories = '{}' THEN excluded.categories ELSE items.categories END,
            arrival = excluded.arrival
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (!EventChecks.TryCheck(row, out var e)) return false;
        copy.BeginRow(13);
        copy.Write(Staged);
        copy.Write(e.UserId);
        copy.Write(e.OccurredAt);
        EventKey.Write(e, copy.WriteLength(EventKey.Bytes));
        copy.Write(e.ItemId);
        copy.Write(e.EventType);
        copy.Write(e.Value);
        copy.Write(e.Query);
        copy.Write(e.Source);
        copy.Write(e.EventId);
        copy.Write(e.RecommendationId);
        if (IsNewDescription(e))
        {
            copy.Write(e.Title);
            copy.Write(NormalizeList(e.Category));
        }
        else
        {
            copy.Write([]);
            copy.Write(e.ItemId.IsEmpty && !e.Category.IsEmpty ? NormalizeList(e.Category) : []);
        }

        return true;
    }

    protected override async Task<long> MergeAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(Arrivals.AnnounceSql, cancellationToken);
        var inserted = await ExecuteAsync(MergeEvents, cancellationToken, Staged);
        if (_describesItems) await ExecuteAsync(MergeItems, cancellationToken);
        return inserted;
    }

    /// <summary>Most events repeat the description of their item; staging it once keeps the COPY narrow.</summary>
    private bool IsNewDescription(in CheckedEvent e)
    {
        if (e.ItemId.IsEmpty || (e.Title.IsEmpty && e.Category.IsEmpty)) return false;
        _describesItems = true;
        var hash = XxHash3.HashToUInt64(e.Category, (long)XxHash3.HashToUInt64(e.Title, (long)XxHash3.HashToUInt64(e.ItemId)));
        if (_descriptions.Count == MaxDescriptions) _descriptions.Clear();
        return _descriptions.Add(hash);
    }
}
