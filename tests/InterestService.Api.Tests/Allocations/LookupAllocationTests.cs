using InterestService.Api.Access;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Tests.Support;
using InterestService.Api.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Allocations;

/// <summary>Allocations of <c>GET /users/{id}/cluster</c>.</summary>
public sealed class LookupAllocationTests(PostgresFixture postgres)
{
    private const int Lookups = 1000;
    private const string Key = "the-key-of-a-reader";

    // Measured: 56 bytes from the snapshot to the written JSON.
    private const double AnswerBudget = 64;

    // Measured: 224 bytes through the routing and the check of the key.
    private const double RequestBudget = 232;

    [Fact]
    public async Task Finding_and_writing_a_user_stays_within_the_budget()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        var snapshot = host.Services.GetRequiredService<PublishedSnapshot>().Current!;
        var http = new DefaultHttpContext();
        await AllocationBudget.AssertWithinAsync(AnswerBudget, () => Task.FromResult(AllocationBudget.Measure(Lookups, () =>
        {
            for (int i = 0; i < Lookups; i++)
            {
                if (!EarlyLookups.TryAnswer(http, snapshot, "hiker-3")) Assert.Fail("The user was not found.");
                Complete(http.Response.BodyWriter.FlushAsync().AsTask());
            }
        })));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_whole_request_stays_within_the_budget(bool managed)
    {
        await using var host = await PublishedHost.StartAsync(
            postgres, "--InterestService:ApiKeys:0:Name=reader", $"--InterestService:ApiKeys:0:Key={Key}", "--InterestService:ApiKeys:0:Scopes:0=interests:read");
        var pipeline = host.BuildPipeline();
        await using var scope = host.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Headers["X-API-Key"] = managed ? await CreateKeyAsync(host) : Key;
        await AllocationBudget.AssertWithinAsync(RequestBudget, () => Task.FromResult(AllocationBudget.Measure(Lookups, () =>
        {
            for (int i = 0; i < Lookups; i++)
            {
                http.SetEndpoint(null);
                http.Request.Method = HttpMethods.Get;
                http.Request.Path = "/users/hiker-3/cluster";
                Complete(pipeline(http));
                Complete(http.Response.BodyWriter.FlushAsync().AsTask());
                if (http.Response.StatusCode != StatusCodes.Status200OK) Assert.Fail($"The answer was {http.Response.StatusCode}.");
            }
        })));
    }

    private static async Task<string> CreateKeyAsync(ApiHost host) => (await host.Services.GetRequiredService<KeyRegistry>()
        .CreateAsync("managed-reader", [Scopes.ReadInterests], DateTime.UtcNow.AddDays(1), "test", TestContext.Current.CancellationToken))!;

    /// <summary>Asserts that work is complete: the allocations of another thread would not be counted.</summary>
    private static void Complete(Task task)
    {
        if (!task.IsCompletedSuccessfully) Assert.Fail("The work did not complete synchronously.");
    }
}
