using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Publishing.Serving;

/// <summary>A host of the role all on a database, and hosts of the role api that hold a part of the users each.</summary>
internal sealed class PartitionedHosts : IAsyncDisposable
{
    public const int Parts = 4;
    public const string Key = "a-key-of-the-tests";

    private PartitionedHosts(ApiHost all, IReadOnlyList<ApiHost> parts) => (All, PartHosts) = (all, parts);

    public ApiHost All { get; }

    /// <summary>The hosts in the order of their parts.</summary>
    public IReadOnlyList<ApiHost> PartHosts { get; }

    /// <summary>Starts the hosts; lookups answer from a clustering of <see cref="PlantedEvents"/> and of further users.</summary>
    /// <param name="connection">A database without rows.</param>
    /// <param name="users">The further users.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="address">Returns the address of a part for the others; null for no address.</param>
    public static async Task<PartitionedHosts> StartAsync(string connection, IEnumerable<string> users, int parts = Parts, Func<int, string?>? address = null)
    {
        var all = await ApiHost.StartAsync(connection, KeySettings);
        await all.Client.UploadAsync(PlantedEvents.Create());
        await all.Client.UploadAsync(users.SelectMany(EventsOf));
        var done = await all.Client.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        Assert.Equal("succeeded", (string?)done["state"]);
        await all.Client.PublishedAsync((string?)done["id"], "hiker-0");
        var hosts = new List<ApiHost>();
        for (int part = 1; part <= parts; part++)
        {
            hosts.Add(await ApiHost.StartAsync(
                connection,
                [
                    .. KeySettings, "--InterestService:Role=Api", $"--InterestService:Partition={part}/{parts}",
                    .. from other in Enumerable.Range(1, parts)
                       let at = address?.Invoke(other)
                       where at is not null
                       select $"--InterestService:PartitionAddresses:{other}={at}",
                ]));
            await Wait.UntilAsync(async () => (await hosts[^1].Client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        }

        return new PartitionedHosts(all, hosts);
    }

    /// <summary>Events by which the model places a user.</summary>
    public static IEnumerable<object> EventsOf(string user) => Enumerable.Range(0, 6).Select(i => new
    {
        userId = user,
        itemId = $"Hiking-{i}",
        eventType = "view",
        timestamp = $"2024-03-02T0{i}:00:00Z",
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in PartHosts) await part.DisposeAsync();
        await All.DisposeAsync();
    }

    private static string[] KeySettings =>
        ["--InterestService:ApiKeys:0:Name=tests", $"--InterestService:ApiKeys:0:Key={Key}", "--InterestService:ApiKeys:0:Scopes:0=interests:read"];
}
