using System.Text;
using System.Text.Json.Nodes;
using InterestService.Api.Exports;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Exports;

public sealed class AssignmentExportTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_format_has_the_same_users_as_the_lookups()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        await host.Client.CallAsync(HttpMethod.Patch, "/clusters/1", new { label = "Night owls, \"early\" birds", note = "seen" });
        var rows = await host.Client.AssertFormatsAgreeAsync(Address((string)(await host.Client.GetJsonAsync("/clusterings"))["items"]![0]!["id"]!));
        Assert.Equal(30, rows.Length);
        Assert.Contains("Night owls, \"early\" birds", rows.Select(row => (string)row["label"]!));
        foreach (var row in rows)
        {
            var found = await host.Client.GetJsonAsync($"/users/{Uri.EscapeDataString((string)row["userId"]!)}/cluster");
            foreach (string name in new[] { "clusterId", "label", "confidence", "distance", "noise", "strength", "source" })
                Assert.Equal(found[name]?.ToJsonString(), row[name]?.ToJsonString());
            Assert.Equal(Memberships(found), Memberships(row));
        }
    }

    [Fact]
    public async Task Rows_are_the_people_of_now_whether_published_or_not()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>());
        string id = (await stored.AddAsync(users: 6)).ToString();
        Assert.Equal(["user-1", "user-2", "user-3", "user-4", "user-5", "user-6"], await UsersAsync(host.Client, id));
        await host.Client.LinkAsync(("user-1", "user-2"), ("new", "user-3"), ("new", "user-4"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/user-5/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/user-6");
        Assert.Equal(["new", "user-1"], await UsersAsync(host.Client, id));
    }

    [Fact]
    public async Task Ids_of_any_characters_are_unchanged_in_every_format()
    {
        string[] odd = ["\"a,\"\n用户 😀", "=1+1", "-x", "a;b\tc", "'", "\r\n", "NULL", "\\N", "a|b", " x "];
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        var stored = new StoredClusterings(database);
        var id = await stored.AddAsync(users: 1);
        await using (var add = database.CreateCommand($"""
            INSERT INTO assignments (user_id, clustering_id, cluster_number, noise, distance, memberships, vector)
            SELECT id, '{id}', 1, false, 0, '\x010000000000803f', '\x0000803f00000000' FROM unnest($1) AS users (id)
            """))
        {
            add.Parameters.AddWithValue(odd);
            await add.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var rows = await host.Client.AssertFormatsAgreeAsync(Address(id.ToString()));
        Assert.Equal(odd.Append("user-1").Order(StringComparer.Ordinal), rows.Select(row => (string)row["userId"]!).Order(StringComparer.Ordinal));
        string csv = Encoding.UTF8.GetString(await host.Client.ExportAsync(Address(id.ToString()), ExportFormat.Csv));
        Assert.Contains("\n=1+1,", csv, StringComparison.Ordinal);
        Assert.Contains("\n\"\"\"a,\"\"\n用户 😀\",", csv, StringComparison.Ordinal);
        Assert.Contains("\n\"NULL\",", csv, StringComparison.Ordinal);
    }

    private static string Address(string id) => $"/clusterings/{id}/assignments";

    private static (int Cluster, double Probability)[] Memberships(JsonNode user) =>
        [.. user["memberships"]!.AsArray().Select(membership => ((int)membership!["clusterId"]!, (double)membership["probability"]!))];

    private static async Task<IEnumerable<string>> UsersAsync(HttpClient client, string id) =>
        (await client.RowsAsync(Address(id))).Select(row => (string)row["userId"]!).Order(StringComparer.Ordinal);
}
