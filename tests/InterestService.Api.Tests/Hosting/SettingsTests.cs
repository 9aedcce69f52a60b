using System.Net;
using InterestService.Api.Cli;
using InterestService.Api.Hosting;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Hosting;

public sealed class SettingsTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("EventWeights:view", "abc", "expected a number")]
    [InlineData("SourceWeights:web", "much", "expected a number")]
    [InlineData("FeedbackTypes:click", "banana", "expected None, Click, Conversion")]
    public async Task An_entry_without_a_valid_value_prevents_the_start_and_is_named(string key, string value, string expected)
    {
        string database = await postgres.CreateDatabaseAsync();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(database, $"--InterestService:{key}={value}"));
        Assert.Contains($"InterestService:{key}: {expected}, found '{value}'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_read_from_files_before_the_environment_and_after_the_command_line()
    {
        using var secrets = new TestFolder();
        await WriteAsync("ConnectionStrings__Postgres", await postgres.CreateDatabaseAsync() + "\n");
        await WriteAsync("InterestService__ApiKeys__0__Key", "key-from-a-file-0001\n");
        await WriteAsync("InterestService__DefaultClusters", "0");
        string[] settings =
        [
            "--environment=Production", "--urls=http://127.0.0.1:0", $"--InterestService:SecretsDirectory={secrets.Path}",
            "--InterestService:DefaultClusters=3", "--InterestService:SaveLookups=false",
            "--InterestService:ApiKeys:0:Name=reader", "--InterestService:ApiKeys:0:Scopes:0=interests:read", .. SettingsCommand.Quiet,
        ];
        await using var app = Program.Build(settings);
        await app.PrepareAndStartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("another-key-0000001"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("key-from-a-file-0001"));
        await app.StopAsync(TestContext.Current.CancellationToken);

        Task WriteAsync(string name, string text) =>
            File.WriteAllTextAsync(Path.Combine(secrets.Path, name), text, TestContext.Current.CancellationToken);

        async Task<HttpStatusCode> StatusAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/clusterings") { Headers = { { "X-API-Key", key } } };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public void Secrets_replace_values_of_the_environment_as_Kubernetes_mounts_them()
    {
        using var secrets = new TestFolder();
        string version = Directory.CreateDirectory(Path.Combine(secrets.Path, "..2027_01_01")).FullName;
        File.WriteAllText(Path.Combine(version, "InterestService__RecommendationKey"), "of the file");
        File.CreateSymbolicLink(Path.Combine(secrets.Path, "..data"), "..2027_01_01");
        File.CreateSymbolicLink(Path.Combine(secrets.Path, "InterestService__RecommendationKey"), "..data/InterestService__RecommendationKey");
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["InterestService:SecretsDirectory"] = secrets.Path,
            ["InterestService:RecommendationKey"] = "of the environment",
        });
        configuration.AddSecretFiles([]);
        Assert.Equal("of the file", configuration["InterestService:RecommendationKey"]);
    }

    [Fact]
    public void A_folder_of_secrets_that_does_not_exist_prevents_the_start_and_is_named()
    {
        var error = Assert.Throws<StartupException>(() => Program.Build(["--InterestService:SecretsDirectory=/no/such/folder"]));
        Assert.Equal("InterestService__SecretsDirectory: there is no folder '/no/such/folder'.", error.Message);
    }
}
