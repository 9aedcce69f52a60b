using InterestService.Harness;
using Npgsql;

namespace InterestService.Endurance.Crashes;

/// <summary>What holds whenever the service runs and no job does, whatever has happened before.</summary>
internal static class Invariants
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(10);

    /// <summary>Queries that count what must not be.</summary>
    private static readonly (string What, string Sql)[] _never =
    [
        ("publications beside the one", "SELECT abs(count(*) - 1) FROM publication"),
        ("published clusterings that did not succeed", "SELECT count(*) FROM publication JOIN clusterings ON clusterings.id = clustering_id WHERE state <> 'succeeded' OR deleted_at IS NOT NULL"),
        ("other clusterings that count as published", "SELECT count(*) FROM clusterings WHERE published_at IS NOT NULL AND replaced_at IS NULL AND clusterings.id <> (SELECT clustering_id FROM publication)"),
        ("assignments to clusters that do not exist", """
            SELECT count(*) FROM assignments LEFT JOIN clusters ON clusters.clustering_id = assignments.clustering_id AND number = cluster_number WHERE number IS NULL
            """),
        ("clusters of clusterings that did not succeed", "SELECT count(*) FROM clusters JOIN clusterings ON id = clustering_id WHERE state <> 'succeeded' AND deleted_at IS NULL"),
        ("succeeded clusterings without a model or with other clusters than they say", """
            SELECT count(*) FROM clusterings c WHERE state = 'succeeded' AND deleted_at IS NULL AND (NOT EXISTS (SELECT FROM models WHERE clustering_id = c.id)
                OR c.clusters <> (SELECT count(*) FROM clusters WHERE clustering_id = c.id))
            """),
        ("failed clusterings", "SELECT count(*) FROM clusterings WHERE state = 'failed' AND deleted_at IS NULL"),
        ("leases of jobs that are over", "SELECT count(*) FROM leases JOIN clusterings USING (id) WHERE state IN ('succeeded', 'failed', 'canceled')"),
        ("aliases that are persons", "SELECT count(*) FROM user_links JOIN user_links AS other ON user_links.user_id = other.alias"),
        ("links without a statement", "SELECT count(*) FROM user_links WHERE NOT EXISTS (SELECT FROM user_joins WHERE user_joins.alias = user_links.alias OR user_joins.user_id = user_links.alias)"),
        ("temporary tables", "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname LIKE 'pg_temp%' AND relkind = 'r'"),
    ];

    /// <summary>
    /// Waits until what the crash interrupted has been resumed and is over. Jobs of workers that died are taken over when their leases expire;
    /// this makes them expire at once.
    /// </summary>
    public static async Task SettleAsync(ServiceProcess service, Findings findings)
    {
        await service.ExecuteAsync("UPDATE leases SET expires_at = now() - interval '1 hour'; UPDATE clusterings SET created_at = created_at - interval '1 minute' WHERE state = 'queued'");
        await service.StartServiceAsync();
        bool settled = await Calls.UntilAsync(
            async () => await service.ReadAsync<long>("""
                SELECT (SELECT count(*) FROM erasures WHERE removed_by IS NULL) + (SELECT count(*) FROM erased_items)
                    + (SELECT count(*) FROM clusterings WHERE state IN ('queued', 'running') AND deleted_at IS NULL) + (SELECT count(*) FROM leases)
                """) == 0, _limit);
        findings.Expect(settled, $"What was interrupted is not over after {_limit.TotalSeconds} s.");
    }

    public static async Task CheckAsync(ServiceProcess service, string after, Findings findings)
    {
        foreach (var (what, sql) in _never)
        {
            // A job releases its lease and its temporary tables a moment after its state says that it is over.
            long count = 0;
            await Calls.UntilAsync(async () => (count = await service.ReadAsync<long>(sql)) == 0, _moment);
            findings.Expect(count == 0, $"{after}: {count} {what}.");
        }

        await CheckLookupsAsync(service, after, findings);
    }

    /// <summary>Compares lookups with the published assignments, and their clusters with the ids that these groups have always had.</summary>
    private static async Task CheckLookupsAsync(ServiceProcess service, string after, Findings findings)
    {
        var expected = new Dictionary<string, int>();
        await using (var query = service.Database.CreateCommand("""
            SELECT user_id, cluster_id FROM assignments JOIN publication USING (clustering_id) JOIN clusters ON clusters.clustering_id = assignments.clustering_id AND number = cluster_number
            WHERE user_id ~ '^(hiking|cooking)-'
            """))
        await using (NpgsqlDataReader reader = await query.ExecuteReaderAsync())
            while (await reader.ReadAsync()) expected.Add(reader.GetString(0), reader.GetInt32(1));

        bool agree = await Calls.UntilAsync(
            async () =>
            {
                var found = await service.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = expected.Keys });
                return found!["found"]!.AsArray().Count(user => expected[(string)user!["userId"]!] == (int)user["clusterId"]!) == expected.Count;
            }, _moment);
        findings.Expect(agree, $"{after}: lookups do not answer from what is published.");
        findings.Expect(expected.Count == CrashMatrix.Planted, $"{after}: {expected.Count} of {CrashMatrix.Planted} users are in the published clustering.");
        findings.Expect(
            expected.Where(user => user.Key.StartsWith("hiking", StringComparison.Ordinal)).Select(user => user.Value).Distinct().Count() == 1
            && expected.Values.Distinct().Order().SequenceEqual([1, 2]),
            $"{after}: the groups have other cluster ids than before: {string.Join(", ", expected.Values.Distinct())}.");
    }
}
