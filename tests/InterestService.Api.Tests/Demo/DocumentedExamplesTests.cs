using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Demo;

/// <summary>The examples of the OpenAPI document, with which Swagger UI fills its forms, on the data of the demo.</summary>
[Collection(nameof(DemoHost))]
public sealed class DocumentedExamplesTests(DemoHost demo)
{
    [Fact]
    public async Task Every_example_is_answered()
    {
        var client = demo.Host.Client;
        List<string> failures = [];
        int sent = 0;
        foreach (var operation in ApiOperation.All.Where(operation => !operation.NeedsId))
        {
            foreach (string? mediaType in operation.MediaTypes.DefaultIfEmpty(null!))
            {
                using var request = operation.CreateRequest(mediaType);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (!response.IsSuccessStatusCode) failures.Add($"{operation} {mediaType}: {(int)response.StatusCode} {body}");
                if (response.Headers.Location is { } job) await client.CallAsync(HttpMethod.Delete, job.ToString()); // it would take long
                sent++;
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(sent > 30);
    }
}
