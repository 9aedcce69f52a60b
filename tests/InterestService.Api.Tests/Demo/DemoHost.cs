using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Demo;

namespace InterestService.Api.Tests.Demo;

/// <summary>A service that has been loaded by the demo, for all tests of the collection, which run one after another.</summary>
[CollectionDefinition(nameof(DemoHost))]
public sealed class DemoHost(PostgresFixture postgres) : ICollectionFixture<DemoHost>, IAsyncLifetime
{
    /// <summary>A user of the generated shop.</summary>
    public const string User = "user-00370";

    private ApiHost? _host;

    internal ApiHost Host => _host!;

    internal JsonNode Result { get; private set; } = null!;

    /// <summary>What was printed beside the result.</summary>
    internal string Printed { get; private set; } = null!;

    internal Task<string> CreateDatabaseAsync() => postgres.CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var terminal = new PlainConsole();
        using var json = new StringWriter();
        int exit = await DemoRunner.RunAsync(_host.Client, new DemoOptions([]), terminal.Console, json, TestContext.Current.CancellationToken);
        Assert.True(exit == 0, terminal.Text);
        Printed = terminal.Text;
        Result = JsonNode.Parse(json.ToString())!;
        await _host.Client.PublishedAsync((string)Result["clustering"]!["id"]!, User);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }
}
