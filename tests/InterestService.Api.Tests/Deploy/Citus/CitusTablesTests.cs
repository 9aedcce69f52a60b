namespace InterestService.Api.Tests.Deploy.Citus;

/// <summary>What Citus demands of the tables that <c>deploy/citus/tables.sql</c> hands it, checked against the schema of the migrations.</summary>
public sealed class CitusTablesTests(CitusDatabase citus) : IClassFixture<CitusDatabase>
{
    private const string Distributed = "(SELECT logicalrel AS id, partkey FROM pg_dist_partition WHERE partmethod = 'h')";

    /// <summary>Unique indexes of distributed tables, primary keys among them, that lack the distribution column among their keys.</summary>
    private const string KeysWithoutUser = $"""
        SELECT indexrelid::regclass FROM pg_index JOIN {Distributed} AS tables ON indrelid = tables.id
        WHERE (indisunique OR indisexclusion) AND NOT EXISTS (
            SELECT FROM unnest(indkey[0:indnkeyatts - 1]) AS key JOIN pg_attribute ON attrelid = indrelid AND attnum = key WHERE attname = partkey)
        """;

    /// <summary>
    /// Foreign keys that Citus cannot check: from a distributed table to one that is not on every node and not joined by user, and from any other
    /// table to a distributed one.
    /// </summary>
    private const string ForeignKeysAcrossNodes = """
        SELECT conname FROM pg_constraint AS foreign_key
            LEFT JOIN pg_dist_partition AS source ON source.logicalrel = conrelid LEFT JOIN pg_dist_partition AS target ON target.logicalrel = confrelid
        WHERE contype = 'f' AND CASE
            WHEN source.partmethod = 'h' AND target.partmethod = 'h' THEN NOT EXISTS (
                SELECT FROM unnest(conkey, confkey) AS pair (here, there)
                    JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = here AND own.attname = source.partkey
                    JOIN pg_attribute AS other ON other.attrelid = confrelid AND other.attnum = there AND other.attname = target.partkey)
            WHEN source.partmethod = 'h' THEN target.partmethod IS NULL
            ELSE target.partmethod = 'h' END
        """;

    [Fact]
    public async Task Tables_of_users_and_events_are_distributed_by_user_and_lie_together()
    {
        Assert.Equal(
            ["(assignments,h,user_id,events)", "(erasures,n,,)", "(events,h,user_id,)", "(items,n,,)", "(opt_outs,n,,)", "(user_labels,h,user_id,events)", "(user_links,n,,)"],
            await citus.ReadAsync("SELECT row(logicalrel, partmethod, partkey, colocated_with) FROM pg_dist_partition"));
        // Only equal types hash alike.
        Assert.Single(await citus.ReadAsync($"SELECT DISTINCT format_type(atttypid, atttypmod) FROM pg_attribute JOIN {Distributed} AS tables ON attrelid = tables.id AND attname = partkey"));
    }

    [Fact]
    public async Task Nodes_know_each_other_and_the_password()
    {
        Assert.Equal(["(127.0.0.1,5432,t)", "(localhost,5432,f)"], await citus.ReadAsync("SELECT row(name, port, is_coordinator) FROM nodes"));
        Assert.Single(await citus.ReadAsync("SELECT nodeid FROM pg_dist_authinfo WHERE nodeid = 0 AND rolename = current_user AND authinfo LIKE 'password=%'"));
    }

    [Fact]
    public async Task Every_unique_key_of_a_distributed_table_has_the_user()
    {
        Assert.Empty(await citus.ReadAsync(KeysWithoutUser));
        await citus.ExecuteAsync("""
            CREATE TABLE bad_keys (user_id text PRIMARY KEY, event_id text UNIQUE);
            SELECT create_distributed_table('bad_keys', 'user_id');
            """);
        Assert.Equal(["bad_keys_event_id_key"], await citus.ReadAsync(KeysWithoutUser));
        await DropAsync("bad_keys");
    }

    [Fact]
    public async Task Foreign_keys_of_distributed_tables_hold_within_a_node()
    {
        Assert.Empty(await citus.ReadAsync(ForeignKeysAcrossNodes));
        await citus.ExecuteAsync("""
            CREATE TABLE bad_target (id int PRIMARY KEY);
            CREATE TABLE bad_source (user_id text PRIMARY KEY, target int CONSTRAINT bad_reference REFERENCES bad_target);
            SELECT create_distributed_table('bad_source', 'user_id');
            """);
        Assert.Equal(["bad_reference"], await citus.ReadAsync(ForeignKeysAcrossNodes));
        await DropAsync("bad_source", "bad_target");
    }

    [Fact]
    public async Task Shared_tables_have_no_triggers_and_only_sequences_of_bigint() =>
        Assert.Empty(await citus.ReadAsync("""
            SELECT format('trigger %s', tgname) FROM pg_trigger JOIN pg_dist_partition ON tgrelid = logicalrel WHERE NOT tgisinternal
            UNION ALL
            SELECT format('sequence of %s.%s', attrelid::regclass, attname) FROM pg_attribute JOIN pg_dist_partition ON attrelid = logicalrel
            WHERE attidentity <> '' AND atttypid <> 'bigint'::regtype
            """));

    /// <summary>A new table with users has to be distributed, or be added here with a reason.</summary>
    [Fact]
    public async Task Tables_with_users_that_stay_on_the_coordinator_are_known() =>
        Assert.Equal(
            ["user_joins"], // what callers have sent of links: read only when links change
            await citus.ReadAsync("""
                SELECT DISTINCT attrelid::regclass FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
                WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition AND attname = 'user_id'
                    AND attrelid NOT IN (SELECT logicalrel FROM pg_dist_partition)
                """));

    private async Task DropAsync(params string[] tables)
    {
        foreach (string table in tables) await citus.ExecuteAsync($"DELETE FROM pg_dist_partition WHERE logicalrel = '{table}'::regclass; DROP TABLE {table}");
    }
}
