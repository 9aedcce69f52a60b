using System.Text.Json;

namespace InterestService.Demo;

/// <summary>What the demo shows at its end, as a table or as one JSON document.</summary>
/// <param name="Uploads">What became of each upload, in their order.</param>
/// <param name="Clustering">The clustering.</param>
/// <param name="Clusters">The clusters of the published clustering.</param>
/// <param name="Metrics">The answer of <c>GET /clusterings/{id}/metrics</c>.</param>
/// <param name="Addresses">Where to go on.</param>
internal sealed record DemoResult(
    IReadOnlyList<DemoUpload> Uploads,
    ClusteringAnswer Clustering,
    IReadOnlyList<ClusterAnswer> Clusters,
    JsonElement Metrics,
    DemoAddresses Addresses)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, _json);
}

/// <param name="Name">What was uploaded: the name of a file, or a part of the scenario.</param>
/// <param name="Answer">The answer of the service.</param>
internal sealed record DemoUpload(string Name, UploadAnswer Answer);

/// <summary>Addresses that a person opens.</summary>
/// <param name="Dashboard">The dashboard.</param>
/// <param name="Swagger">The API with its documentation.</param>
/// <param name="Jobs">The background jobs.</param>
/// <param name="User">The cluster of a medoid of the largest cluster; null if there is none.</param>
internal sealed record DemoAddresses(string Dashboard, string Swagger, string Jobs, string? User)
{
    public static DemoAddresses Of(Uri service, IReadOnlyList<ClusterAnswer> clusters)
    {
        string? user = clusters.OrderByDescending(cluster => cluster.Users).SelectMany(cluster => cluster.Medoids ?? []).FirstOrDefault();
        return new(At("/dashboard"), At("/swagger"), At("/hangfire"), user is null ? null : At($"/users/{Uri.EscapeDataString(user)}/cluster"));

        string At(string path) => new Uri(service, path).AbsoluteUri;
    }
}
