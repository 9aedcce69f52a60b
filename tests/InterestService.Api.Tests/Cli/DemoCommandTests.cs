using System.Text.Json;
using InterestService.Api.Cli;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Cli;

[Collection(CapturedCommand.Collection)]
public sealed class DemoCommandTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("http://[::]:8080", "http://127.0.0.1:8080/")] // as containers listen
    [InlineData("http://0.0.0.0:5080", "http://127.0.0.1:5080/")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    public void The_demo_calls_an_address_of_all_interfaces_by_the_loopback(string listens, string calls) =>
        Assert.Equal(calls, DemoCommand.CallableAddress(listens).AbsoluteUri);

    [Fact]
    public async Task The_demo_runs_in_production_where_calls_need_a_key_and_no_other_key_exists()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "events.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(PlantedEvents.Create()), TestContext.Current.CancellationToken);
        var demo = await CapturedCommand.RunAsync(
            "demo", "--events", file, "--encoder", "svd", "--clusters", "2", "--exit", "--environment=Production", "--urls=http://127.0.0.1:0",
            $"--ConnectionStrings:Postgres={await postgres.CreateDatabaseAsync()}", "--InterestService:SaveLookups=false");
        Assert.True(demo.ExitCode == 0, demo.Output);
        Assert.Contains("30 users", demo.Output, StringComparison.Ordinal);
    }
}
