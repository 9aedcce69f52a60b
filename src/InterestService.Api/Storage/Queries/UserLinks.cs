using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>
/// Computes <c>user_links</c> from the joins that callers have sent. The statements run in a transaction that holds the lock of
/// <c>Publishing.PeopleChanges</c>.
/// </summary>
internal static class UserLinks
{
    /// <summary>Creates the temporary table of the joins to merge.</summary>
    public const string StagingSql = """
        CREATE TEMP TABLE staged_links (ordinal bigint NOT NULL, user_id text COLLATE "C" NOT NULL, alias text COLLATE "C" NOT NULL)
        ON COMMIT DROP
        """;

    /// <summary>
    /// Merges the staged joins, and creates the temporary table <c>joined_links</c> with a row for each that changed something. It is
    /// union-find with full path compression (Tarjan, 1975): joins may name the ids of a person in any order and through any intermediate
    /// ids, and no cycle can arise.
    /// </summary>
    public const string MergeSql = """
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

    /// <summary>Returns whether any ids are joined.</summary>
    public static async Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT EXISTS (SELECT FROM user_links)", connection);
        return (bool)(await query.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Computes the links of some persons again, after joins of theirs have been removed, as if these had never been sent.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="ids">An id or more of each of the persons.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <returns>All ids that the persons had.</returns>
    public static async Task<string[]> RebuildAsync(NpgsqlConnection connection, string[] ids, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("""
            WITH persons (person) AS (SELECT DISTINCT coalesce(user_id, id) FROM unnest($1) AS id LEFT JOIN user_links ON alias = id)
            SELECT array_agg(id) FROM (SELECT person FROM persons UNION SELECT alias FROM user_links JOIN persons ON user_id = person) AS members (id)
            """, connection);
        find.Parameters.AddWithValue(ids);
        string[] members = (string[])(await find.ExecuteScalarAsync(cancellation))!;
        await using var rebuild = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands =
            {
                new("DELETE FROM user_links WHERE alias = ANY($1)") { Parameters = { new() { Value = members } } },
                new(StagingSql),
                new("INSERT INTO staged_links SELECT number, user_id, alias FROM user_joins WHERE user_id = ANY($1) OR alias = ANY($1)")
                {
                    Parameters = { new() { Value = members } },
                },
                new(MergeSql),
            },
        };
        await rebuild.ExecuteNonQueryAsync(cancellation);
        return members;
    }
}
