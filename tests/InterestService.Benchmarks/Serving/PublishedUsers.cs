using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;

namespace InterestService.Benchmarks.Serving;

/// <summary>A published clustering of planted users, made through the API as in production.</summary>
internal static class PublishedUsers
{
    /// <param name="service">Empty.</param>
    /// <param name="users">How many; each has three events in the mean.</param>
    /// <param name="encoder">What makes their vectors.</param>
    public static async Task PrepareAsync(ServiceProcess service, int users, string encoder = "svd")
    {
        var planted = PlantedInterests.Generate(new PlantedInterestsOptions { Users = users, Events = 3 * users });
        string file = PlantedFiles.WriteCsv(planted.Log);
        await service.UploadAsync(file, "text/csv", "gzip");
        File.Delete(file);
        await service.ClusterAsync(new { encoder, algorithm = "kmeans", clusters = 20, seed = 1, parameters = new { minimumItemUsers = 1 } });
    }
}
