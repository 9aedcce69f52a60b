using System.Net;
using System.Text.Json.Nodes;

namespace InterestService.Endurance.Requests;

/// <summary>
/// Sends requests of a <see cref="RequestGenerator"/> and checks every answer, as RESTler does (Atlidakis, Godefroid and Polishchuk, "RESTler:
/// Stateful REST API Fuzzing", 2019): no error of the server, every error a problem document, and nothing that has been deleted still used.
/// </summary>
internal sealed class HostileRequests(HttpClient client)
{
    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Number of answers by status.</summary>
    public SortedDictionary<int, int> Statuses { get; } = [];

    /// <summary>Sends requests, one after the other.</summary>
    /// <param name="count">Number of requests.</param>
    /// <param name="seed">Seed of the requests.</param>
    /// <param name="ids">Ids of clusterings and comparisons that exist.</param>
    /// <param name="cancellation">Cancels the run.</param>
    public async Task SendAsync(int count, int seed, IReadOnlyList<string> ids, CancellationToken cancellation = default)
    {
        var known = new List<string>(ids);
        var generator = new RequestGenerator(new Random(seed), known);
        for (int sent = 0; sent < count; sent++)
        {
            using var request = generator.Next();
            string name = $"{request.Method} {request.RequestUri} {request.Content?.Headers.ContentType}";
            byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellation);
            // An answer that goes on, such as a clustering's progress, is not awaited.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            int status = (int)answer.StatusCode;
            Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
            if (status >= 400) await CheckAsync(request, answer, $"{name} {Convert.ToBase64String(body[..Math.Min(200, body.Length)])}", cancellation);
            if (answer is { StatusCode: HttpStatusCode.Accepted, Headers.Location: { } started }) await EndAsync(started, known, cancellation);
        }
    }

    private async Task CheckAsync(HttpRequestMessage request, HttpResponseMessage answer, string name, CancellationToken cancellation)
    {
        int status = (int)answer.StatusCode;
        Findings.Expect(status < 500, $"{status}: {name}");
        if (request.Method == HttpMethod.Head) return;
        string text = await answer.Content.ReadAsStringAsync(cancellation);
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            Findings.Add($"{status} is no problem document: {name}");
            return;
        }

        var problem = JsonNode.Parse(text)!;
        Findings.Expect(
            (int?)problem["status"] == status && (string?)problem["title"] is { Length: > 0 } && (string?)problem["traceId"] is { Length: > 0 },
            $"{status}: its problem document lacks something: {text}: {name}");
    }

    /// <summary>Cancels and deletes what a request has started, after which it must be gone.</summary>
    private async Task EndAsync(Uri started, List<string> ids, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            using var deleted = await client.DeleteAsync(started, cancellation);
            Findings.Expect((int)deleted.StatusCode is < 500, $"{(int)deleted.StatusCode}: DELETE {started}");
        }

        if (ids.Count < 20) ids.Add(started.OriginalString.Split('/')[^1]);
    }
}
