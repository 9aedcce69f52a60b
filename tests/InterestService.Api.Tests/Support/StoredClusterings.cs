using Npgsql;

namespace InterestService.Api.Tests.Support;

/// <summary>Clusterings as rows, which nothing has computed: two clusters of users with vectors of two dimensions.</summary>
internal sealed class StoredClusterings(NpgsqlDataSource database)
{
    private int _added;

    /// <summary>Adds a clustering that is later than those before.</summary>
    /// <param name="state">State as the database stores it.</param>
    /// <param name="users">Number of users, named <c>user-1</c> and so on.</param>
    public async Task<Guid> AddAsync(string state = "succeeded", int users = 4)
    {
        var id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddSeconds(++_added)); // ids are in the order of their times
        await ExecuteAsync($$$"""
            INSERT INTO clusterings (
                id, state, progress, created_at, started_at, finished_at, cancel_requested, interruptions, request, events, users, items, clusters,
                cleaning, sources, gates, loaded_batch, assigned_batch, lineage)
            VALUES ('{{{id}}}', '{{{state}}}', 1, now(), now(), now(), false, 0, '{"encoder":"svd"}', 0, {{{users}}}, 2, 2, '[]', '[]', '[]', 0, 0,
                '{"matched":[],"born":[],"dead":[],"split":[],"merged":[],"users":{"stayed":0,"moved":0,"joined":0,"left":0}}');
            INSERT INTO clusters (clustering_id, number, cluster_id, label, users, share, cohesion, centroid, profile)
            SELECT '{{{id}}}', number, nextval('cluster_ids'), 'label', {{{users}}}, .5, 1, '{1,0}',
                '{"topCategories":[],"topItems":[],"topTerms":[],"medoids":[]}' FROM generate_series(1, 2) number;
            INSERT INTO cluster_items (clustering_id, cluster_number, item_id, users) VALUES ('{{{id}}}', 0, 'item', 1), ('{{{id}}}', 1, 'item', 1);
            INSERT INTO population_shares (clustering_id, dimension, name, share) VALUES ('{{{id}}}', 'item', 'item', 1);
            INSERT INTO item_communities (clustering_id, item_id, community) VALUES ('{{{id}}}', 'item', 'community');
            INSERT INTO models (clustering_id, encoder, content) VALUES ('{{{id}}}', 'svd', '\x00');
            """);
        await AddUsersAsync(id, $"SELECT 'user-' || n FROM generate_series(1, {users}) n");
        return id;
    }

    /// <summary>Adds users whose ids a query returns to the first cluster of a clustering.</summary>
    public Task AddUsersAsync(Guid clustering, string query) => ExecuteAsync($"""
        INSERT INTO assignments (user_id, clustering_id, cluster_number, noise, distance, memberships, vector)
        SELECT id, '{clustering}', 1, false, 0, '\x010000000000803f', '\x0000803f00000000' FROM ({query}) AS users (id)
        """);

    /// <summary>Counts the rows of a clustering in all tables.</summary>
    public async Task<long> CountAsync(Guid clustering)
    {
        string[] tables = ["assignments", "clusters", "cluster_items", "population_shares", "item_communities", "models"];
        return (long)(await ExecuteAsync($"""
            SELECT (SELECT count(*) FROM clusterings WHERE id = '{clustering}')
                + {string.Join(" + ", tables.Select(table => $"(SELECT count(*) FROM {table} WHERE clustering_id = '{clustering}')"))}
            """))!;
    }

    public async Task<object?> ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
