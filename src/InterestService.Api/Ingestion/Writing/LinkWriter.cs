using InterestService.Api.Reading;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Ingestion.Writing;

/// <summary>Links the ids of one person.</summary>
internal sealed class LinkWriter(NpgsqlDataSource database) : UploadWriter(database)
{
    protected override string StagingSql => """
        CREATE TEMP TABLE staged_links (ordinal bigint NOT NULL, user_id text COLLATE "C" NOT NULL, alias text COLLATE "C" NOT NULL)
        ON COMMIT DROP
        """;

    protected override string CopySql => "COPY staged_links (ordinal, user_id, alias) FROM STDIN (FORMAT binary)";

    // Union-find with full path compression (Tarjan, 1975): rows may link the ids of a person in any order and through any intermediate
    // ids, and no cycle can arise. The lock admits one upload at a time.
    private const string Merge = """
        LOCK TABLE user_links IN SHARE ROW EXCLUSIVE MODE;
        DO $$
        DECLARE staged record; kept text; other text; joined bigint := 0;
        BEGIN
            FOR staged IN SELECT user_id, alias FROM staged_links ORDER BY ordinal LOOP
                kept := coalesce((SELECT user_id FROM user_links WHERE alias = staged.user_id), staged.user_id);
                other := coalesce((SELECT user_id FROM user_links WHERE alias = staged.alias), staged.alias);
                CONTINUE WHEN kept = other;
                UPDATE user_links SET user_id = kept WHERE user_id = other;
                INSERT INTO user_links (alias, user_id) VALUES (other, kept);
                joined := joined + 1;
            END LOOP;
            CREATE TEMP TABLE joined_links ON COMMIT DROP AS SELECT FROM generate_series(1, joined);
        END $$
        """;

    // Makes every process reload its snapshot.
    private const string Announce = $"""
        WITH joined AS (SELECT count(*) AS links FROM joined_links)
        UPDATE publication SET version = version + 1 FROM joined WHERE joined.links > 0;
        NOTIFY {Publication.Channel}
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (row.Fault is not null) return false;
        var userId = row.RequireId(LinkFields.UserId);
        var alias = row.RequireId(LinkFields.Alias);
        if (row.Fault is not null) return false;
        copy.BeginRow(3);
        copy.Write(Staged);
        copy.Write(userId);
        copy.Write(alias);
        return true;
    }

    protected override async Task<long> MergeAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(Merge, cancellationToken);
        await ExecuteAsync(Announce, cancellationToken);
        return await CountAsync("SELECT count(*) FROM joined_links", cancellationToken);
    }
}

/// <summary>The fields of a link, by their position in <see cref="Schema"/>.</summary>
internal static class LinkFields
{
    public const int UserId = 0;
    public const int Alias = 1;

    public static readonly UploadSchema Schema = new("links", new("userId", Required: true), new("alias", Required: true));
}
