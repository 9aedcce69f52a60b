using InterestService.Api.Cli;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Hosting;

public sealed class CommandLineTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Health_distinguishes_a_service_that_answers_from_one_that_does_not()
    {
        string address;
        await using (var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync()))
        {
            address = host.BaseAddress.ToString();
            Assert.Equal(0, await CommandLine.RunAsync(["health", "--url", address]));
        }

        Assert.Equal(1, await CommandLine.RunAsync(["health", "--url", address]));
        Assert.Equal(1, await CommandLine.RunAsync(["health", "--url", "nonsense"]));
    }

    [Fact]
    public async Task Migrate_creates_the_tables_that_serving_requires()
    {
        string empty = await postgres.CreateEmptyDatabaseAsync();
        string[] settings = [$"--ConnectionStrings:Postgres={empty}", "--Serilog:MinimumLevel:Default=Error"];
        var exception = await Assert.ThrowsAsync<StartupException>(() => ApiHost.StartAsync(empty));
        Assert.Contains("'migrate'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CommandLine.RunAsync(["migrate", .. settings]));
        Assert.Equal(0, await CommandLine.RunAsync(["migrate", .. settings]));
        await using var host = await ApiHost.StartAsync(empty);
    }

    [Theory]
    [InlineData("demo", "--evnets", "file.csv")]
    [InlineData("serve", "--port=5")]
    [InlineData("dmeo")]
    [InlineData("demo", "--clusters", "x")]
    [InlineData("demo", "--encoder", "magic")]
    [InlineData("serve", "--urls")]
    [InlineData("serve", "--environment=Development", "--InterestService:Role=foo")]
    [InlineData("serve", "--environment=Development", "--InterestService:Role=Api")]
    [InlineData("migrate")]
    [InlineData("migrate", "--ConnectionStrings:Postgres=nonsense")]
    [InlineData("serve", "--ConnectionStrings:PostgresRead=nonsense")]
    [InlineData("serve", "--ConnectionStrings:PostgresRead=Host=replica")]
    [InlineData("openapi", "--output", "/no/such/folder/openapi.json")]
    public async Task Unknown_commands_options_and_values_are_rejected(params string[] words) => Assert.Equal(1, await CommandLine.RunAsync(words));

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_reported_in_one_line() =>
        Assert.Equal(1, await CommandLine.RunAsync(["serve", "--environment=Development", "--ConnectionStrings:Postgres=Host=127.0.0.1;Port=1;Username=x;Password=x", "--urls=http://127.0.0.1:0"]));

    [Fact]
    public async Task OpenApi_writes_the_document()
    {
        string file = Path.GetTempFileName();
        Assert.Equal(0, await CommandLine.RunAsync(["openapi", "--output", file]));
        Assert.Equal(
            await File.ReadAllTextAsync(Repository.File("openapi.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        File.Delete(file);
    }
}
