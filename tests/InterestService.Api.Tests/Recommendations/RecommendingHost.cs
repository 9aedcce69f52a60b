using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Recommendations;

/// <summary>A host with the planted interests clustered and published.</summary>
internal static class RecommendingHost
{
    public static async Task<ApiHost> StartAsync(PostgresFixture postgres, params string[] settings)
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), settings);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        return host;
    }

    /// <summary>An event of the day after the planted ones.</summary>
    public static object Event(string userId, string itemId, string eventType = "view", int minute = 0, string? recommendationId = null, string? source = null) =>
        new { userId, itemId, eventType, timestamp = $"2024-03-20T{minute / 60:D2}:{minute % 60:D2}:00Z", recommendationId, source };
}
