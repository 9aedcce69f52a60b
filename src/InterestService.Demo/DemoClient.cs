using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InterestService.Demo;

/// <summary>Calls the public API. Throws a <see cref="DemoException"/> for any response other than success.</summary>
/// <remarks>
/// InterestService.Client is generated from the document that the service's executable writes. The demo is a part of that executable, so that it could
/// not be built after a change of an operation that it called by the generated client.
/// </remarks>
internal sealed class DemoClient(HttpClient service)
{
    public Task<UploadAnswer> PutItemsAsync(UploadContent content, CancellationToken cancellationToken) =>
        SendAsync<UploadAnswer>(HttpMethod.Put, Path("/items"), content, cancellationToken);

    public Task<UploadAnswer> PutLabelsAsync(UploadContent content, CancellationToken cancellationToken) =>
        SendAsync<UploadAnswer>(HttpMethod.Put, Path("/users/labels"), content, cancellationToken);

    public Task<UploadAnswer> PostEventsAsync(UploadContent content, CancellationToken cancellationToken) =>
        SendAsync<UploadAnswer>(HttpMethod.Post, Path("/events"), content, cancellationToken);

    /// <summary>Starts a clustering.</summary>
    /// <returns>The address of the clustering.</returns>
    public async Task<Uri> StartAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        var body = new JsonObject();
        if (options.Encoder is not null) body["encoder"] = options.Encoder;
        if (options.Algorithm is not null) body["algorithm"] = options.Algorithm;
        if (options.Clusters is not null)
        {
            body["clusters"] = int.TryParse(options.Clusters, NumberStyles.None, CultureInfo.InvariantCulture, out int clusters)
                ? clusters
                : options.Clusters;
        }

        using var content = JsonContent.Create(body);
        using var response = await SendAsync(HttpMethod.Post, Path("/clusterings"), content, cancellationToken);
        return response.Headers.Location
            ?? throw new DemoException("The response of POST /clusterings has no Location header.");
    }

    public Task<ClusteringAnswer> GetClusteringAsync(Uri location, CancellationToken cancellationToken) =>
        SendAsync<ClusteringAnswer>(HttpMethod.Get, location, null, cancellationToken);

    public Task<JsonElement> GetMetricsAsync(string clusteringId, CancellationToken cancellationToken) =>
        SendAsync<JsonElement>(HttpMethod.Get, Path($"/clusterings/{Uri.EscapeDataString(clusteringId)}/metrics"), null, cancellationToken);

    public async Task<IReadOnlyList<ClusterAnswer>> GetClustersAsync(CancellationToken cancellationToken)
    {
        List<ClusterAnswer> clusters = [];
        string query = "limit=1000";
        while (true)
        {
            var page = await SendAsync<ClusterPage>(HttpMethod.Get, Path($"/clusters?{query}"), null, cancellationToken);
            clusters.AddRange(page.Items);
            if (page.NextCursor is null) return clusters;
            query = $"limit=1000&cursor={Uri.EscapeDataString(page.NextCursor)}";
        }
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private async Task<T> SendAsync<T>(HttpMethod method, Uri path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(cancellationToken)
            ?? throw new DemoException($"The response of {method} {path} is empty.");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        var response = await service.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new DemoException($"{method} {path}: {DemoProblem.Describe((int)response.StatusCode, response.ReasonPhrase, body)}");
        }
    }
}
