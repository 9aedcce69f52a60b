using System.Net;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Demo;

/// <summary>Sends the examples of the OpenAPI document to a service with the data of the demo.</summary>
internal static class DocumentedExamples
{
    /// <summary>Asserts that every operation whose address needs no id of another one answers its examples.</summary>
    public static async Task AssertAnsweredAsync(HttpClient client)
    {
        List<string> failures = [];
        int sent = 0;
        // What an example removes, other examples need.
        foreach (var operation in ApiOperation.All.Where(operation => !operation.NeedsId).OrderBy(operation => operation.Method == "DELETE"))
        {
            foreach (string? mediaType in operation.MediaTypes.DefaultIfEmpty(null!))
            {
                using var request = operation.CreateRequest(mediaType);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (!response.IsSuccessStatusCode) failures.Add($"{operation} {mediaType}: {(int)response.StatusCode} {body}");
                if (response is { StatusCode: HttpStatusCode.Accepted, Headers.Location: { } job }) await client.CallAsync(HttpMethod.Delete, job.ToString()); // it would take long
                sent++;
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(sent > 30);
    }
}
