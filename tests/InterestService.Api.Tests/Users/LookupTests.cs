using System.Net;
using System.Net.Http.Json;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Users;

public sealed class LookupTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_single_lookup_equals_the_lookup_of_several_users()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string one = await host.Client.GetStringAsync(new Uri("/users/hiker-3/cluster", UriKind.Relative), TestContext.Current.CancellationToken);
        using var many = await host.Client.PostAsJsonAsync(
            new Uri("/users/clusters", UriKind.Relative), new { userIds = new[] { "hiker-3" } }, TestContext.Current.CancellationToken);
        Assert.Equal($$"""{"found":[{{one}}],"missing":[]}""", await many.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task No_user_is_reported_as_unknown_before_the_published_clustering_is_loaded()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("LOCK TABLE publication IN ACCESS EXCLUSIVE MODE", connection, hold))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var host = await ApiHost.StartAsync(database);
        await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/users/ann/cluster");
        await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/clusters");
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        while ((await host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status != HttpStatusCode.OK)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/ann/cluster");
    }
}
