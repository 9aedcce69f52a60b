using System.IO.Hashing;
using System.Runtime.InteropServices;
using InterestService.Api.Reading;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>
/// Writes events, and describes the items that the catalogue does not by the title and the categories of their latest event. Of several at
/// the same time the last by bytes stands, so that neither order nor division of uploads matters.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="latest">Time after which events are clock errors: what they say of an item gives way to everything else.</param>
internal sealed class EventWriter(NpgsqlDataSource database, DateTimeOffset latest) : UploadWriter(database)
{
    private const int MaxDescriptions = 1 << 16;
    private const short Columns = 13;

    private readonly long _latest = Timestamps.ToMicroseconds(latest.UtcDateTime);
    private readonly Dictionary<ulong, Description> _descriptions = [];
    private bool _describesItems;

    protected override string StagingSql => """
        SET LOCAL work_mem = '64MB';
        SET LOCAL jit = off;
        CREATE TEMP TABLE staged_events (
            ordinal bigint NOT NULL,
            user_id text COLLATE "C",
            occurred_at timestamptz NOT NULL,
            event_key uuid,
            item_id text COLLATE "C",
            event_type text,
            value double precision,
            query text,
            source text,
            event_id text,
            recommendation_id text,
            title text COLLATE "C",
            category text COLLATE "C"
        ) ON COMMIT DROP
        """;

    protected override string CopySql => """
        COPY staged_events (
            ordinal, user_id, occurred_at, event_key, item_id, event_type, value, query, source, event_id, recommendation_id,
            title, category
        ) FROM STDIN (FORMAT binary)
        """;

    // Arrival numbers are allocated in batches of 2^20; $2 are the users who have been erased since the upload began. The order by user and key keeps two uploads of the same events from deadlocking, on
    // the primary key as on the caller's event ids; the first to arrive is kept.
    private const string MergeEvents = """
        INSERT INTO events (
            user_id, occurred_at, event_key, arrival, item_id, event_type, value, query, source, event_id, recommendation_id, categories)
        SELECT
            user_id, occurred_at, event_key, (($1::bigint[])[(ordinal >> 20) + 1] << 20) | (ordinal & 1048575),
            item_id, event_type, value, query, source, event_id, recommendation_id,
            CASE WHEN item_id IS NULL THEN string_to_array(category, '|') END
        FROM staged_events
        WHERE user_id IS NOT NULL AND user_id <> ALL($2)
        ORDER BY user_id, event_key, ordinal
        ON CONFLICT DO NOTHING
        """;

    // A row without a user has only the time of a later event with the description of the row of the same ordinal. Entries that stay as they
    // are are excluded before the insert, which would lock them even without a change.
    private const string MergeItems = """
        WITH descriptions AS (
            SELECT
                first.item_id, first.title, first.category,
                greatest(CASE WHEN first.occurred_at <= $1 THEN first.occurred_at ELSE '-infinity' END, later.occurred_at) AS at
            FROM staged_events first
            LEFT JOIN staged_events later ON later.ordinal = first.ordinal AND later.user_id IS NULL
            WHERE first.item_id IS NOT NULL AND (first.title IS NOT NULL OR first.category IS NOT NULL)
        ),
        described AS (
            SELECT
                item_id,
                (array_agg(title ORDER BY at DESC, title DESC) FILTER (WHERE title IS NOT NULL))[1] AS title,
                coalesce(max(at) FILTER (WHERE title IS NOT NULL), '-infinity') AS title_at,
                (array_agg(category ORDER BY at DESC, category DESC) FILTER (WHERE category IS NOT NULL))[1] AS category,
                coalesce(max(at) FILTER (WHERE category IS NOT NULL), '-infinity') AS categories_at
            FROM descriptions
            GROUP BY item_id
        ), batch AS MATERIALIZED (
            SELECT nextval('event_arrival') << 20 AS arrival
        )
        INSERT INTO items (item_id, title, title_at, categories, categories_at, tags, arrival)
        SELECT
            item_id, described.title, described.title_at, string_to_array(coalesce(described.category, ''), '|'), described.categories_at, '{}', batch.arrival
        FROM described LEFT JOIN items USING (item_id), batch
        WHERE items.tags IS NULL
            OR (described.title_at, described.title) > (items.title_at, coalesce(items.title, ''))
            OR (described.categories_at, described.category) > (items.categories_at, array_to_string(items.categories, '|'))
        ORDER BY item_id
        ON CONFLICT (item_id) DO UPDATE SET
            title = CASE
                WHEN (excluded.title_at, excluded.title COLLATE "C") > (items.title_at, coalesce(items.title, '')) THEN excluded.title
                ELSE items.title END,
            title_at = greatest(items.title_at, excluded.title_at),
            categories = CASE
                WHEN (excluded.categories_at, array_to_string(excluded.categories, '|') COLLATE "C")
                    > (items.categories_at, array_to_string(items.categories, '|')) THEN excluded.categories
                ELSE items.categories END,
            categories_at = greatest(items.categories_at, excluded.categories_at),
            arrival = CASE
                WHEN ((excluded.title_at, excluded.title COLLATE "C") > (items.title_at, coalesce(items.title, ''))
                        AND excluded.title IS DISTINCT FROM items.title)
                    OR ((excluded.categories_at, array_to_string(excluded.categories, '|') COLLATE "C")
                        > (items.categories_at, array_to_string(items.categories, '|')) AND excluded.categories <> items.categories)
                    THEN excluded.arrival
                ELSE items.arrival END
        """;

    // What the merge has stored of items of which these users had the only events is removed by the next search.
    private const string EnterErasedItems = """
        INSERT INTO erased_items (item_id) SELECT DISTINCT item_id FROM staged_events WHERE user_id = ANY($1) AND item_id IS NOT NULL
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (!EventChecks.TryCheck(row, out var e)) return false;
        bool describes = IsNewDescription(e, copy);
        copy.BeginRow(Columns);
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
        if (describes)
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
        var (batches, erased) = await Erasures.DrawAsync(Connection, (Staged >> 20) + 1, cancellationToken);
        var inserted = await ExecuteAsync(MergeEvents, cancellationToken, batches, erased);
        if (!_describesItems) return inserted;
        await ExecuteAsync(MergeItems, cancellationToken, latest.UtcDateTime);
        if (erased.Length > 0) await ExecuteAsync(EnterErasedItems, cancellationToken, (object)erased);
        return inserted;
    }

    /// <summary>Stages the times of later events with descriptions that are staged.</summary>
    protected override void Complete(CopyWriter copy)
    {
        foreach (var description in _descriptions.Values)
        {
            if (description.Latest == description.First) continue;
            copy.BeginRow(Columns);
            copy.Write(description.Ordinal);
            copy.Write([]);
            copy.Write(description.Latest);
            for (int i = 3; i < Columns; i++) copy.Write([]);
        }

        _descriptions.Clear();
    }

    /// <summary>Most events repeat the description of their item; staging it once keeps the COPY narrow.</summary>
    private bool IsNewDescription(in CheckedEvent e, CopyWriter copy)
    {
        if (e.ItemId.IsEmpty || (e.Title.IsEmpty && e.Category.IsEmpty)) return false;
        _describesItems = true;
        var hash = XxHash3.HashToUInt64(e.Category, (long)XxHash3.HashToUInt64(e.Title, (long)XxHash3.HashToUInt64(e.ItemId)));
        if (_descriptions.Count == MaxDescriptions) Complete(copy);
        var at = e.OccurredAt <= _latest ? e.OccurredAt : long.MinValue;
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_descriptions, hash, out var exists);
        known = exists ? known with { Latest = Math.Max(known.Latest, at) } : new Description(Staged, at, at);
        return !exists;
    }

    /// <summary>A description of an item that is staged.</summary>
    /// <param name="Ordinal">The row with its text.</param>
    /// <param name="First">Time of that row, in microseconds since 2000.</param>
    /// <param name="Latest">Time of the latest row with the description.</param>
    private readonly record struct Description(long Ordinal, long First, long Latest);
}
