using InterestService.Api.Reading;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>
/// Replaces catalogue entries as a whole: a field that the last row of an item lacks becomes empty, but that a title or categories which events
/// have brought stay.
/// </summary>
internal sealed class ItemWriter(NpgsqlDataSource database) : UploadWriter(database)
{
    private const int MaxTitle = 1024;
    private const int MaxList = 4096;
    private const int MaxDescription = 16384;

    protected override string StagingSql => """
        SET LOCAL jit = off;
        CREATE TEMP TABLE staged_items (
            ordinal bigint NOT NULL,
            item_id text COLLATE "C" NOT NULL,
            title text,
            categories text,
            tags text,
            description text
        ) ON COMMIT DROP
        """;

    protected override string CopySql =>
        "COPY staged_items (ordinal, item_id, title, categories, tags, description) FROM STDIN (FORMAT binary)";

    // Where the catalogue has said nothing so far and says nothing now, what events say stands.
    private const string HasTitle = "'infinity' IN (items.title_at, excluded.title_at)";
    private const string HasCategories = "'infinity' IN (items.categories_at, excluded.categories_at)";

    // In the order of ids, so that two uploads of the same items do not deadlock. Events replace what has no value here and nothing else.
    private const string Merge = $"""
        WITH batch AS MATERIALIZED (SELECT nextval('event_arrival') << 20 AS arrival)
        INSERT INTO items (item_id, title, title_at, categories, categories_at, tags, description, arrival)
        SELECT DISTINCT ON (item_id)
            item_id,
            title, CASE WHEN title IS NULL THEN '-infinity' ELSE 'infinity' END::timestamptz,
            string_to_array(coalesce(categories, ''), '|'), CASE WHEN categories IS NULL THEN '-infinity' ELSE 'infinity' END::timestamptz,
            string_to_array(coalesce(tags, ''), '|'), description, batch.arrival
        FROM staged_items, batch
        ORDER BY item_id, ordinal DESC
        ON CONFLICT (item_id) DO UPDATE SET
            title = CASE WHEN {HasTitle} THEN excluded.title ELSE items.title END,
            title_at = CASE WHEN {HasTitle} THEN excluded.title_at ELSE items.title_at END,
            categories = CASE WHEN {HasCategories} THEN excluded.categories ELSE items.categories END,
            categories_at = CASE WHEN {HasCategories} THEN excluded.categories_at ELSE items.categories_at END,
            tags = excluded.tags, description = excluded.description,
            arrival = CASE
                WHEN ({HasTitle} AND items.title IS DISTINCT FROM excluded.title) OR ({HasCategories} AND items.categories <> excluded.categories)
                    THEN excluded.arrival
                ELSE items.arrival END
        WHERE ({HasTitle} AND (items.title, items.title_at) IS DISTINCT FROM (excluded.title, excluded.title_at))
            OR ({HasCategories} AND (items.categories, items.categories_at) IS DISTINCT FROM (excluded.categories, excluded.categories_at))
            OR (items.tags, items.description) IS DISTINCT FROM (excluded.tags, excluded.description)
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (row.Fault is not null) return false;
        var itemId = row.RequireId(ItemFields.ItemId);
        var title = row.CheckTitle(ItemFields.Title, MaxTitle);
        var categories = row.CheckText(ItemFields.Categories, MaxList);
        var tags = row.CheckText(ItemFields.Tags, MaxList);
        var description = row.CheckText(ItemFields.Description, MaxDescription);
        if (row.Fault is not null) return false;
        copy.BeginRow(6);
        copy.Write(Staged);
        copy.Write(itemId);
        copy.Write(title);
        copy.Write(NormalizeList(categories));
        copy.Write(NormalizeList(tags));
        copy.Write(description);
        return true;
    }

    protected override async Task<long> MergeAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(Arrivals.AnnounceSql, cancellationToken);
        return await ExecuteAsync(Merge, cancellationToken);
    }
}

/// <summary>The fields of a catalogue entry, by their position in <see cref="Schema"/>.</summary>
internal static class ItemFields
{
    public const int ItemId = 0;
    public const int Title = 1;
    public const int Categories = 2;
    public const int Tags = 3;
    public const int Description = 4;

    public static readonly UploadSchema Schema = new(
        "items",
        new("itemId", Required: true),
        new("title"),
        new("categories", FieldKind.TextList),
        new("tags", FieldKind.TextList),
        new("description"));
}
