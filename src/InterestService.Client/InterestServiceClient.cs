using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Client;

/// <summary>
/// Calls InterestService. An answer other than success is an <see cref="ApiException"/>; where the service told the reason, an
/// <see cref="ApiException{TResult}"/> with its problem document. Safe to use from several threads.
/// </summary>
public partial class InterestServiceClient
{
    private const string ApiKeyHeader = "X-API-Key";
    private const string LastEventIdHeader = "Last-Event-ID";
    private const string EventStream = "text/event-stream";

    private static readonly TimeSpan _reconnectDelay = TimeSpan.FromSeconds(1);

    /// <summary>Creates a client with an <see cref="HttpClient"/> of its own that has no time-out: end calls by their cancellation token.</summary>
    /// <param name="service">Address of the service, for example <c>http://127.0.0.1:5080</c>.</param>
    /// <param name="apiKey">The key of the caller; null where the service asks for none.</param>
    public static InterestServiceClient Create(Uri service, string? apiKey = null)
    {
        var http = new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan };
        if (apiKey is not null) http.DefaultRequestHeaders.Add(ApiKeyHeader, apiKey);
        return new InterestServiceClient(http);
    }

    /// <summary>Uploads behaviour events from a stream, which is not read into memory.</summary>
    /// <param name="content">The rows.</param>
    /// <param name="format">Format and compression of <paramref name="content"/>.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is stored then.</param>
    /// <returns>The number of accepted rows, and the errors of the first that were rejected.</returns>
    /// <exception cref="ApiException">The body cannot be read, or all rows were rejected; nothing is stored.</exception>
    public Task<UploadResponse> UploadEventsAsync(Stream content, UploadFormat format, CancellationToken cancellationToken = default) =>
        UploadAsync(HttpMethod.Post, "events", content, format, cancellationToken);

    /// <summary>Adds or replaces items of the catalogue from a stream.</summary>
    /// <inheritdoc cref="UploadEventsAsync(Stream, UploadFormat, CancellationToken)"/>
    public Task<UploadResponse> PutItemsAsync(Stream content, UploadFormat format, CancellationToken cancellationToken = default) =>
        UploadAsync(HttpMethod.Put, "items", content, format, cancellationToken);

    /// <summary>Uploads the known groups of users from a stream.</summary>
    /// <inheritdoc cref="UploadEventsAsync(Stream, UploadFormat, CancellationToken)"/>
    public Task<UploadResponse> PutLabelsAsync(Stream content, UploadFormat format, CancellationToken cancellationToken = default) =>
        UploadAsync(HttpMethod.Put, "users/labels", content, format, cancellationToken);

    /// <summary>Joins the ids of one person from a stream.</summary>
    /// <inheritdoc cref="UploadEventsAsync(Stream, UploadFormat, CancellationToken)"/>
    public Task<UploadResponse> PutLinksAsync(Stream content, UploadFormat format, CancellationToken cancellationToken = default) =>
        UploadAsync(HttpMethod.Put, "users/links", content, format, cancellationToken);

    /// <summary>
    /// Follows a clustering as it runs: its state at once, every change within a second, and the end. A connection that is lost is opened
    /// again, without a gap.
    /// </summary>
    /// <param name="id">Of the clustering.</param>
    /// <param name="cancellationToken">Stops listening; the clustering goes on.</param>
    /// <exception cref="ApiException">The clustering does not exist.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    public async IAsyncEnumerable<ClusteringProgress> FollowClusteringAsync(
        Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string lastEventId = "";
        while (true)
        {
            using var response = await OpenProgressAsync(id, lastEventId, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NoContent) yield break; // the last event has been seen
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var parser = SseParser.Create(body, (_, data) => JsonSerializer.Deserialize<ClusteringProgress>(data, JsonSerializerSettings)!);
            await using var events = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(events).ConfigureAwait(false))
            {
                yield return events.Current.Data;
                if (IsOver(events.Current.Data.State)) yield break;
                lastEventId = parser.LastEventId;
            }

            await Task.Delay(_reconnectDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a clustering is over.</summary>
    /// <param name="id">Of the clustering.</param>
    /// <param name="progress">Is told every change.</param>
    /// <param name="cancellationToken">Stops waiting; the clustering goes on.</param>
    /// <returns>The clustering; its <c>State</c> tells whether it succeeded.</returns>
    /// <inheritdoc cref="FollowClusteringAsync"/>
    public async Task<ClusteringResponse> WaitForClusteringAsync(
        Guid id, IProgress<ClusteringProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await foreach (var change in FollowClusteringAsync(id, cancellationToken).ConfigureAwait(false)) progress?.Report(change);
        return await GetClusteringAsync(id, cancellationToken).ConfigureAwait(false);
    }

    // An absent field means the default, as null does where it is permitted.
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) =>
        settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

    private static bool IsOver(JobState state) => state is JobState.Succeeded or JobState.Failed or JobState.Canceled;

    /// <returns>False also where the connection is lost.</returns>
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<ClusteringProgress>> events)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> OpenProgressAsync(Guid id, string lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"clusterings/{id}/progress", UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventStream));
        if (lastEventId.Length > 0) request.Headers.Add(LastEventIdHeader, lastEventId);
        var response = await _httpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            using (response) throw await FailureAsync(response, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private async Task<UploadResponse> UploadAsync(
        HttpMethod method, string path, Stream content, UploadFormat format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(format);
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(format.MediaType);
        if (format.Encoding is not null) body.Headers.ContentEncoding.Add(format.Encoding);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        using var response = await _httpClient.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw await FailureAsync(response, cancellationToken).ConfigureAwait(false);
        return (await ReadObjectResponseAsync<UploadResponse>(response, HeadersOf(response), cancellationToken).ConfigureAwait(false)).Object;
    }

    private async Task<ApiException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (status, headers) = ((int)response.StatusCode, HeadersOf(response));
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new ApiException(response.ReasonPhrase ?? "", status, null, headers, null);
        var problem = await ReadObjectResponseAsync<ProblemDetails>(response, headers, cancellationToken).ConfigureAwait(false);
        return new ApiException<ProblemDetails>(problem.Object.Title ?? "", status, problem.Text, headers, problem.Object, null);
    }

    private static Dictionary<string, IEnumerable<string>> HeadersOf(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value);
}
