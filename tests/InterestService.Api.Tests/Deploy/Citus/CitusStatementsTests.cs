using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Deploy.Citus;

/// <summary>The statements of the calls that applications make all the time, as they would meet tables that are distributed by user.</summary>
public sealed class CitusStatementsTests(CitusDatabase citus) : IClassFixture<CitusDatabase>
{
    [Fact]
    public async Task Calls_of_applications_read_only_rows_of_the_users_that_they_name_and_move_none()
    {
        await (await PublishedHost.StartOnAsync(citus.ConnectionString)).DisposeAsync();
        await using var api = await ApiHost.StartAsync(citus.ConnectionString, "--InterestService:Role=Api");
        await Wait.UntilAsync(async () => (await api.Client.CallAsync(HttpMethod.Get, "/users/hiker-0/cluster")).Status == HttpStatusCode.OK);
        await api.Client.LinkAsync(("hiker-1", "hiker-cookie"));
        await CallAsync(); // what a process reads once and keeps
        await RefuseMovesAsync();
        await citus.ExecuteAsync(LoggedPlans.Enable(new NpgsqlConnectionStringBuilder(citus.ConnectionString).Database!));
        api.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        long before = new FileInfo(citus.LogFile).Length;
        await CallAsync();

        var distributed = await DistributedAsync();
        var plans = await LoggedPlans.ReadAsync(citus.LogFile, before);
        var reads = (from plan in plans from scan in LoggedPlans.Scans(plan) where distributed.Contains(Table(scan)) select (Query: (string?)plan["Query Text"], Scan: scan)).ToList();
        Assert.Contains(reads, read => Table(read.Scan).StartsWith("events", StringComparison.Ordinal));
        Assert.Contains(reads, read => Table(read.Scan).StartsWith("assignments", StringComparison.Ordinal));
        Assert.Contains(plans, plan => ((string?)plan["Query Text"])!.Contains("INSERT INTO events", StringComparison.Ordinal));
        Assert.All(reads, read => Assert.True(LoggedPlans.IsOfGivenUsers(read.Scan), $"{read.Query}\n{read.Scan}"));

        async Task CallAsync()
        {
            for (int upload = 0; upload < 2; upload++) await api.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 3, eventsPerUser: 5));
            foreach (string user in new[] { "hiker-0", "hiker-1", "hiker-cookie", "nobody" })
            {
                foreach (string call in new[] { "cluster", "interests", "explanation", "similar", "cluster-history", "recommendations?limit=5" })
                    await api.Client.CallAsync(HttpMethod.Get, $"/users/{user}/{call}");
            }

            await PostAsync("/users/clusters", new { userIds = new[] { "hiker-0", "cook-1" } });
            await PostAsync("/assignments", new { events = new[] { new { itemId = "Hiking-1", eventType = "view", timestamp = "2024-03-02T00:00:00Z" } } });
        }

        async Task PostAsync(string path, object body) =>
            Assert.Equal(HttpStatusCode.OK, (await api.Client.CallAsync(HttpMethod.Post, path, body)).Status);
    }

    [Theory]
    [InlineData("SELECT 1 FROM events WHERE user_id = 'a'", true)]
    [InlineData("SELECT 1 FROM events WHERE user_id = ANY(ARRAY['a', 'b'])", true)]
    [InlineData("SELECT 1 FROM events JOIN assignments USING (user_id) WHERE events.user_id = 'a'", true)]
    [InlineData("SELECT 1 FROM events WHERE item_id = 'i'", false)]
    [InlineData("SELECT 1 FROM assignments WHERE clustering_id = '00000000-0000-0000-0000-000000000000'", false)]
    [InlineData("SELECT 1 FROM events e JOIN events o ON o.item_id = e.item_id WHERE e.user_id = 'a'", false)]
    public async Task Reads_across_users_are_found_by_their_plans(string sql, bool ofGivenUsers)
    {
        await citus.ExecuteAsync("""
            CREATE OR REPLACE FUNCTION plan_of(query text) RETURNS json LANGUAGE plpgsql
                SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
            DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan; RETURN plan; END $$
            """);
        var text = await citus.ReadAsync($"SELECT plan_of($${sql}$$)");
        var distributed = await DistributedAsync();
        var scans = LoggedPlans.Scans(JsonNode.Parse(text.Single())![0]!).Where(scan => distributed.Contains(Table(scan))).ToList();
        Assert.NotEmpty(scans);
        Assert.Equal(ofGivenUsers, scans.All(LoggedPlans.IsOfGivenUsers));
    }

    /// <summary>Citus samples no table whose rows are on several nodes: what uses it is listed in <c>deploy/citus/README.md</c>.</summary>
    [Fact]
    public void Statements_that_sample_distributed_tables_are_known()
    {
        string source = Path.GetDirectoryName(Harness.Repository.File("src/InterestService.Api/Program.cs"))!;
        string[] found =
        [
            .. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(source, file).StartsWith("obj", StringComparison.Ordinal) && File.ReadAllText(file).Contains("TABLESAMPLE", StringComparison.Ordinal))
                .Select(file => Path.GetFileNameWithoutExtension(file)).Order(),
        ];
        Assert.Equal(["EventStatisticsQuery", "RatingScales"], found);
    }

    /// <summary>Names of the distributed tables and of their partitions.</summary>
    private Task<List<string>> DistributedAsync() => citus.ReadAsync("""
        SELECT logicalrel FROM pg_dist_partition WHERE partmethod = 'h'
        UNION SELECT inhrelid::regclass FROM pg_inherits JOIN pg_dist_partition ON inhparent = logicalrel WHERE partmethod = 'h'
        """);

    private static string Table(JsonNode scan) => (string)scan["Relation Name"]!;

    /// <summary>Makes statements fail that set the column by which a table is distributed: its row would have to move.</summary>
    private async Task RefuseMovesAsync()
    {
        await citus.ExecuteAsync("""
            CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The statement sets user_id.'; END $$
            """);
        foreach (string table in await citus.ReadAsync("SELECT logicalrel FROM pg_dist_partition WHERE partmethod = 'h'"))
            await citus.ExecuteAsync($"CREATE TRIGGER moves BEFORE UPDATE OF user_id ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_move()");
    }
}
