namespace InterestService.Api.Tests.Support;

/// <summary>A host whose lookups answer from a clustering of <see cref="PlantedEvents"/>.</summary>
internal static class PublishedHost
{
    public static async Task<ApiHost> StartAsync(PostgresFixture postgres, params string[] settings) =>
        await StartOnAsync(await postgres.CreateDatabaseAsync(), settings);

    /// <param name="database">Connection string of a database without rows.</param>
    /// <param name="settings">See <see cref="ApiHost"/>.</param>
    public static async Task<ApiHost> StartOnAsync(string database, params string[] settings)
    {
        var host = await ApiHost.StartAsync(database, settings);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal("succeeded", (string?)done["state"]);
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        return host;
    }
}
