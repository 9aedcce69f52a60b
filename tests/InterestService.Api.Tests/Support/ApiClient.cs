using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace InterestService.Api.Tests.Support;

/// <summary>Calls of the API. Answers are read as plain JSON, so that tests assert the names of the contract.</summary>
internal static class ApiClient
{
    public static async Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> CallAsync(
        this HttpClient client, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is HttpContent content) request.Content = content;
        else if (body is not null) request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        bool json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true;
        return (response.StatusCode, json ? JsonNode.Parse(text) : null, response);
    }

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        var (status, body, _) = await client.CallAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, status);
        return body!;
    }

    /// <summary>Asserts that an error is a problem document as the contract defines it.</summary>
    public static async Task<JsonNode> AssertProblemAsync(
        this HttpClient client, HttpStatusCode expected, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var (status, problem, response) = await client.CallAsync(method, path, body, headers);
        Assert.Equal(expected, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)expected, (int?)problem!["status"]);
        Assert.NotNull((string?)problem["traceId"]);
        return problem;
    }

    public static async Task UploadAsync(this HttpClient client, IEnumerable<object> events)
    {
        var (status, body, _) = await client.CallAsync(HttpMethod.Post, "/events", events);
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
    }

    /// <summary>Joins ids; they are known to lookups when this returns.</summary>
    public static async Task<(int Accepted, int Duplicates)> LinkAsync(this HttpClient client, params (string UserId, string Alias)[] links)
    {
        var (status, body, _) = await client.CallAsync(HttpMethod.Put, "/users/links", links.Select(link => new { userId = link.UserId, alias = link.Alias }));
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        return ((int)body!["accepted"]!, (int)body["duplicates"]!);
    }

    /// <summary>Makes a call that answers 204.</summary>
    public static async Task DoAsync(this HttpClient client, HttpMethod method, string path)
    {
        var (status, body, _) = await client.CallAsync(method, path);
        Assert.True(status == HttpStatusCode.NoContent, $"{method} {path}: {status} {body?.ToJsonString()}");
    }

    /// <summary>Starts a clustering and waits until it ends.</summary>
    public static async Task<JsonNode> ClusterAsync(this HttpClient client, object request)
    {
        var (status, started, response) = await client.CallAsync(HttpMethod.Post, "/clusterings", request);
        Assert.True(status == HttpStatusCode.Accepted, started?.ToJsonString());
        return await client.FinishAsync(response.Headers.Location!.ToString());
    }

    public static async Task<JsonNode> FinishAsync(this HttpClient client, string location)
    {
        JsonNode? clustering = null;
        await Wait.UntilAsync(async () => (string?)(clustering = await client.GetJsonAsync(location))["state"] is not ("queued" or "running"), () => $"{clustering}");
        return clustering!;
    }

    /// <summary>Waits until the process behind a client answers lookups from a clustering.</summary>
    public static Task ServesAsync(this HttpClient client, string? clusteringId, string anyUser) => Wait.UntilAsync(async () =>
        (string?)(await client.CallAsync(HttpMethod.Get, $"/users/{anyUser}/cluster")).Body?["clusteringId"] == clusteringId);

    /// <summary>Waits until lookups answer from a clustering, those of every replica too.</summary>
    public static async Task PublishedAsync(this HttpClient client, string? clusteringId, string anyUser)
    {
        await client.ServesAsync(clusteringId, anyUser);
        if (Replicas.Count > 1) await Task.Delay(TurnTaking.Following, TestContext.Current.CancellationToken);
    }
}
