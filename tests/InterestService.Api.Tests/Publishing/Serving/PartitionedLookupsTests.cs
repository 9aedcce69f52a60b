using System.Net;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Publishing.Serving;

public sealed class PartitionedLookupsTests(PostgresFixture postgres)
{
    private static readonly string[] _odd = ["a/b", "用户1", "x y", "Ünï", "%41", "q?&=", "https://id.example/u/1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Computed by another program, with the definition in deploy/README.md.</summary>
    [Theory]
    [InlineData("", 1, 1, 1)]
    [InlineData("a", 572, 2, 5)]
    [InlineData("user-000001", 242, 1, 2)]
    [InlineData("用户1", 953, 2, 7)]
    [InlineData("https://id.example/u/1", 476, 1, 4)]
    public void The_part_follows_from_the_id(string id, int ofThousand, int ofTwo, int ofSeven)
    {
        Assert.Equal(ofThousand, new UserPart(1, 1000).NumberOf(id));
        Assert.Equal(ofTwo, new UserPart(1, 2).NumberOf(id));
        Assert.Equal(ofSeven, new UserPart(1, 7).NumberOf(id));
        Assert.Equal(1, new UserPart(1, 1).NumberOf(id));
    }

    [Fact]
    public void Parts_are_about_equal()
    {
        var part = new UserPart(1, 7);
        int[] users = new int[8];
        for (int i = 0; i < 70_000; i++) users[part.NumberOf($"user-{i}")]++;
        Assert.All(users[1..], count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public async Task The_process_of_a_users_part_answers_as_one_with_all_users_and_the_others_send_the_caller_there()
    {
        await using var hosts = await PartitionedHosts.StartAsync(await postgres.CreateDatabaseAsync(), _odd, address: part => $"http://part-{part}.example:80{part}/");
        string[] users = [.. _odd, "nobody", .. Enumerable.Range(0, 15).SelectMany(i => new[] { $"hiker-{i}", $"cook-{i}" })];
        var filled = new HashSet<int>();
        foreach (string user in users)
        {
            int own = new UserPart(1, PartitionedHosts.Parts).NumberOf(user);
            filled.Add(own);
            foreach (string lookup in new[] { "cluster", "interests", "recommendations?limit=2", "explanation" })
            {
                string path = $"/users/{Uri.EscapeDataString(user)}/{lookup}";
                for (int part = 1; part <= PartitionedHosts.Parts; part++)
                {
                    using var client = Plain(hosts.PartHosts[part - 1]);
                    if (part == own)
                    {
                        if (!lookup.StartsWith("recommendations", StringComparison.Ordinal)) await AssertSameAsync(hosts.All, client, path);
                        continue;
                    }

                    var (status, _, response) = await client.CallAsync(HttpMethod.Get, path);
                    Assert.Equal(HttpStatusCode.TemporaryRedirect, status);
                    Assert.Equal($"http://part-{own}.example:80{own}{path}", response.Headers.Location!.OriginalString);
                }
            }
        }

        Assert.Equal(PartitionedHosts.Parts, filled.Count);
    }

    [Fact]
    public async Task Every_id_of_a_person_is_answered_by_its_own_part_whatever_is_linked_opted_out_or_erased()
    {
        string[] users = [.. Enumerable.Range(0, 12).Select(i => $"device-{i}")];
        await using var hosts = await PartitionedHosts.StartAsync(await postgres.CreateDatabaseAsync(), users);
        // Persons whom the clustering knows by another id only, by their own, and by two.
        (string, string)[] links =
        [
            .. Enumerable.Range(0, 6).Select(i => ($"person-{i}", $"device-{i}")),
            .. Enumerable.Range(0, 6).Select(i => ($"hiker-{i}", $"alias-{i}")),
            .. Enumerable.Range(0, 4).Select(i => ($"cook-{i}", $"device-{i + 6}")),
        ];
        await hosts.All.Client.LinkAsync(links);
        await AssertAllAsync();
        await hosts.All.Client.LinkAsync([.. Enumerable.Range(0, 6).Select(i => ($"person-{i}", $"other-{i}"))]);
        await AssertAllAsync();
        await hosts.All.Client.DoAsync(HttpMethod.Put, "/users/alias-1/opt-out");
        await hosts.All.Client.DoAsync(HttpMethod.Delete, "/users/other-2");
        await hosts.All.Client.DoAsync(HttpMethod.Delete, "/users/links/device-7");
        await AssertAllAsync();

        async Task AssertAllAsync()
        {
            string[] ids = [.. users, .. links.SelectMany(link => new[] { link.Item1, link.Item2 }), .. Enumerable.Range(0, 6).Select(i => $"other-{i}")];
            foreach (string id in ids)
            {
                using var client = Plain(hosts.PartHosts[new UserPart(1, PartitionedHosts.Parts).NumberOf(id) - 1]);
                await AssertSameAsync(hosts.All, client, $"/users/{id}/cluster");
            }
        }
    }

    [Fact]
    public async Task Users_who_come_later_are_answered_by_their_parts()
    {
        await using var hosts = await PartitionedHosts.StartAsync(await postgres.CreateDatabaseAsync(), []);
        string[] users = [.. Enumerable.Range(0, 8).Select(i => $"late-{i}")];
        await hosts.All.Client.UploadAsync(users.SelectMany(PartitionedHosts.EventsOf));
        await hosts.All.Client.LinkAsync([.. users.Select(user => (user, $"alias-of-{user}"))]);
        await hosts.All.AssignNewUsersAsync();
        foreach (string id in users.SelectMany(user => new[] { user, $"alias-of-{user}" }))
        {
            await Wait.UntilAsync(async () => (await hosts.All.Client.CallAsync(HttpMethod.Get, $"/users/{id}/cluster")).Status == HttpStatusCode.OK);
            using var client = Plain(hosts.PartHosts[new UserPart(1, PartitionedHosts.Parts).NumberOf(id) - 1]);
            await AssertSameAsync(hosts.All, client, $"/users/{id}/cluster");
        }
    }

    [Fact]
    public async Task A_batch_tells_the_users_of_other_parts_and_what_needs_all_users_is_refused()
    {
        await using var hosts = await PartitionedHosts.StartAsync(await postgres.CreateDatabaseAsync(), []);
        string[] users = [.. Enumerable.Range(0, 10).Select(i => $"hiker-{i}"), .. Enumerable.Range(0, 10).Select(i => $"nobody-{i}")];
        var found = new List<string>();
        for (int part = 1; part <= PartitionedHosts.Parts; part++)
        {
            using var client = Plain(hosts.PartHosts[part - 1]);
            var answer = (await client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = users })).Body!;
            string[] misdirected = [.. answer["misdirected"]!.AsArray().Select(id => (string)id!)];
            Assert.Equal(users.Where(user => new UserPart(1, PartitionedHosts.Parts).NumberOf(user) != part), misdirected);
            found.AddRange(answer["found"]!.AsArray().Select(user => (string)user!["userId"]!));
            Assert.All(answer["missing"]!.AsArray(), id => Assert.StartsWith("nobody-", (string)id!, StringComparison.Ordinal));
            foreach (string path in new[] { "/clusters", "/clusters/1", "/clusters/1/users", "/clusters/1/items", "/users/hiker-0/similar", "/drift" })
                await client.AssertProblemAsync(HttpStatusCode.MisdirectedRequest, HttpMethod.Get, path);
            string other = users.First(user => new UserPart(1, PartitionedHosts.Parts).NumberOf(user) != part); // no addresses
            await client.AssertProblemAsync(HttpStatusCode.MisdirectedRequest, HttpMethod.Get, $"/users/{other}/interests");
        }

        Assert.Equal(users[..10].Order(), found.Order());
        Assert.Null((await hosts.All.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = users })).Body!["misdirected"]);
    }

    /// <summary>Waits until the answers are the same, since a process learns of a change a moment later.</summary>
    private static async Task AssertSameAsync(ApiHost all, HttpClient part, string path)
    {
        string expected = "", found = "";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            (expected, found) = (await ReadAsync(all.Client, path), await ReadAsync(part, path));
        }
        while (expected != found && !limit.IsCancellationRequested);
        Assert.Equal(expected, found);
    }

    private static async Task<string> ReadAsync(HttpClient client, string path)
    {
        var (status, body, response) = await client.CallAsync(HttpMethod.Get, path);
        return $"{status} {response.Headers.ETag} {(status == HttpStatusCode.OK ? body!.ToJsonString() : (string?)body!["title"])}";
    }

    private static HttpClient Plain(ApiHost host) =>
        new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.BaseAddress, Timeout = Wait.Limit };
}
