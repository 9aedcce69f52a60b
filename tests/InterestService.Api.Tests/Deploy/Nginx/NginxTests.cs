using System.Diagnostics;
using System.Globalization;
using System.Net;
using InterestService.Api.Tests.Demo;
using InterestService.Api.Tests.Publishing.Serving;
using InterestService.Api.Tests.Support;
using InterestService.Demo;

namespace InterestService.Api.Tests.Deploy.Nginx;

/// <summary>The service as several processes behind <c>deploy/nginx/interestservice.conf</c>.</summary>
public sealed class NginxTests(ServiceCluster cluster, PostgresFixture postgres) : IClassFixture<ServiceCluster>
{
    private const int Publications = 10;
    private const string User = "/users/hiker-0/cluster";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_and_every_example_are_answered()
    {
        await using var nginx = await cluster.StartNginxAsync();
        using var client = ServiceCluster.CreateClient(nginx.Address);
        using var terminal = new PlainConsole();
        Assert.True(await DemoRunner.RunAsync(client, new DemoOptions([]), terminal.Console, null, Cancellation) == 0, terminal.Text);
        await DocumentedExamples.AssertAnsweredAsync(client);
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, "/users/a%2Fb%20%E7%94%A8/cluster")).Status);
    }

    [Fact]
    public async Task A_publish_is_seen_by_every_process_within_a_second_and_no_caller_sees_it_go_back()
    {
        await using var nginx = await cluster.StartNginxAsync();
        using var client = ServiceCluster.CreateClient(nginx.Address);
        string[] clusterings = [await ClusterAsync(client, 1), await ClusterAsync(client, 2)];
        await PublishAsync(client, clusterings[1]);
        await Task.WhenAll(cluster.Apis.Select(api => api.Client.PublishedAsync(clusterings[1], "hiker-0")));

        using var stop = new CancellationTokenSource();
        using var alternating = ServiceCluster.CreateClient(nginx.Address);
        Task<int>[] readers =
        [
            ReadAsync(_ => client, conditional: false, stop.Token),
            ReadAsync(_ => client, conditional: true, stop.Token),
            ReadAsync(i => cluster.Apis[i % 2].Client, conditional: true, stop.Token), // as a balancer that sends every request elsewhere
        ];
        var times = new List<TimeSpan>();
        for (int i = 0; i < Publications; i++)
        {
            string published = clusterings[i % 2];
            await PublishAsync(client, published);
            long answered = Stopwatch.GetTimestamp();
            await Task.WhenAll(cluster.Apis.Select(api => api.Client.ServesAsync(published, "hiker-0")));
            times.Add(Stopwatch.GetElapsedTime(answered));
        }

        await stop.CancelAsync();
        foreach (int answers in await Task.WhenAll(readers)) Assert.True(answers > Publications);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", times.Select(time => $"{time.TotalMilliseconds:F0} ms")));
        // A busy machine may delay some; polling alone would take a second on average.
        Assert.InRange(times.Order().ElementAt(Publications / 4), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Callers_go_on_with_another_process_when_theirs_is_killed()
    {
        await using var nginx = await cluster.StartNginxAsync();
        using var client = ServiceCluster.CreateClient(nginx.Address);
        string clustering = await ClusterAsync(client, 3);
        await PublishAsync(client, clustering);
        foreach (var api in cluster.Apis)
        {
            foreach (var serving in cluster.Apis) await serving.Client.PublishedAsync(clustering, "hiker-0");
            await api.KillServiceAsync();
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Get, User)).Status);
                Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = new[] { "hiker-0" } })).Status);
            }

            await api.StartServiceAsync();
        }

        foreach (var api in cluster.Apis) await api.KillServiceAsync();
        var problem = await client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, User);
        Assert.Equal("The service does not answer.", (string?)problem["title"]);
        foreach (var api in cluster.Apis) await api.StartServiceAsync();
    }

    [Fact]
    public async Task Lookups_reach_the_part_of_their_user()
    {
        string[] users = [.. Enumerable.Range(0, 40).Select(i => $"user {i}"), "a/b", "用户1", "//x//", "q?&=%", "\u00e9\u0301"];
        await using var hosts = await PartitionedHosts.StartAsync(await postgres.CreateDatabaseAsync(), users, parts: 2);
        await using var nginx = await NginxProxy.StartAsync(
            "partitioned.conf", ("part-1:8080", hosts.PartHosts[0].BaseAddress), ("part-2:8080", hosts.PartHosts[1].BaseAddress), ("all-1:8080", hosts.All.BaseAddress));
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = nginx.Address, Timeout = Wait.Limit };
        client.DefaultRequestHeaders.Add("X-API-Key", PartitionedHosts.Key);
        foreach (string user in users)
        {
            var (status, body, _) = await client.CallAsync(HttpMethod.Get, $"/users/{Uri.EscapeDataString(user)}/cluster");
            Assert.True(status == HttpStatusCode.OK, $"{user}: {status} {body}");
            Assert.Equal(user, (string?)body!["userId"]);
        }

        Assert.Equal(users.Length, (await client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = users })).Body!["found"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Get, "/clusters")).Status);
    }

    /// <summary>Looks a user and the clusters up until it is stopped, and asserts that the version of what is published never falls.</summary>
    /// <param name="clients">Returns the client of a request.</param>
    /// <param name="conditional">Whether requests tell the latest ETag of their address.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>Number of answers.</returns>
    private static async Task<int> ReadAsync(Func<int, HttpClient> clients, bool conditional, CancellationToken stop)
    {
        string[] paths = conditional ? [User] : [User, "/clusters", "/users/cook-0/cluster"];
        string? tag = null;
        long version = 0;
        int answers = 0;
        for (; !stop.IsCancellationRequested; answers++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, paths[answers % paths.Length]);
            if (conditional && tag is not null) request.Headers.Add("If-None-Match", tag);
            using var response = await clients(answers).SendAsync(request, Cancellation);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotModified, $"{response.StatusCode}");
            tag = response.Headers.ETag!.ToString();
            long now = long.Parse(tag.Split('-')[1], CultureInfo.InvariantCulture);
            Assert.True(now >= version, $"Version {now} after {version}.");
            version = now;
        }

        return answers;
    }

    private static async Task<string> ClusterAsync(HttpClient client, int seed)
    {
        await client.UploadAsync(PlantedEvents.Create());
        // The events of the demo are later.
        var request = new { encoder = "svd", clusters = 2, seed, publish = "manual", from = "2024-03-01T00:00:00Z", to = "2024-03-20T00:00:00Z" };
        var clustering = await client.ClusterAsync(request);
        Assert.Equal("succeeded", (string?)clustering["state"]);
        return (string)clustering["id"]!;
    }

    private static async Task PublishAsync(HttpClient client, string clustering) =>
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Post, $"/clusterings/{clustering}/publish")).Status);
}
