using InterestService.Benchmarks.Planted;
using InterestService.Harness;

namespace InterestService.Benchmarks.Serving;

/// <summary>Creates a published clustering of planted users through the API.</summary>
internal static class PublishedUsers
{
    /// <summary>Uploads events and clusters the users.</summary>
    /// <param name="service">The service, without events.</param>
    /// <param name="users">Number of users; each has three events on average.</param>
    /// <param name="encoder">The encoder.</param>
    /// <returns>The id of the clustering.</returns>
    public static async Task<string> PrepareAsync(ServiceProcess service, int users, string encoder = "svd")
    {
        var planted = PlantedInterests.Generate(new PlantedInterestsOptions { Users = users, Events = 3 * users });
        string file = PlantedFiles.WriteCsv(planted.Log);
        await service.UploadAsync(file, "text/csv", "gzip");
        File.Delete(file);
        var clustering = await service.ClusterAsync(new { encoder, algorithm = "kmeans", clusters = 20, seed = 1, parameters = new { minimumItemUsers = 1 } });
        return clustering["id"]!.GetValue<string>();
    }
}
