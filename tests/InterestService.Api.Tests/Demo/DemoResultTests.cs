using System.Diagnostics;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Demo;

[Collection(nameof(DemoHost))]
public sealed class DemoResultTests(DemoHost demo)
{
    [Fact]
    public void The_result_is_one_document_with_clusters_metrics_and_addresses()
    {
        Assert.Equal("succeeded", (string?)demo.Result["clustering"]!["state"]);
        Assert.Equal(["Items", "Labels", "Events"], demo.Result["uploads"]!.AsArray().Select(upload => (string?)upload!["name"]));
        Assert.Equal(10, demo.Result["clusters"]!.AsArray().Count);
        Assert.All(demo.Result["clusters"]!.AsArray(), cluster => Assert.True((int)cluster!["users"]! > 0 && (string?)cluster["label"] is { Length: > 0 }));
        Assert.True((double)demo.Result["metrics"]!["silhouette"]! > 0);
        Assert.Equal(new Uri(demo.Host.BaseAddress, "/dashboard").AbsoluteUri, (string?)demo.Result["addresses"]!["dashboard"]);
    }

    [Fact]
    public async Task The_addresses_answer()
    {
        foreach (var (name, address) in demo.Result["addresses"]!.AsObject())
        {
            using var response = await demo.Host.Client.GetAsync(new Uri((string)address!), TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{name}: {response.StatusCode}");
        }
    }

    [Fact]
    public void Progress_is_plain_lines_and_the_result_is_not_among_them()
    {
        Assert.Contains("Uploading Events (0 %)", demo.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', demo.Printed);
        Assert.DoesNotContain("Silhouette", demo.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_command_writes_the_document_alone_to_stdout()
    {
        using var folder = new TestFolder();
        string events = Path.Combine(folder.Path, "events.csv");
        await File.WriteAllLinesAsync(events, Rows(), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "InterestService.Api.dll"), "demo", "--json", "--exit", "--events", events, "--encoder", "svd", "--clusters", "2",
                "--environment=Development", "--urls=http://127.0.0.1:0", $"--InterestService:DataDirectory={folder.Path}",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string printed = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, printed);
        var result = JsonNode.Parse(await output)!;
        Assert.Equal("events.csv", (string?)result["uploads"]![0]!["name"]);
        Assert.Equal(2, result["clusters"]!.AsArray().Count);
        Assert.Contains("Uploading events.csv (0 %)", printed, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', printed);
    }

    /// <summary>Two groups of users, each with items of its own.</summary>
    private static IEnumerable<string> Rows() =>
    [
        "user_id,item_id,event_type,timestamp,category",
        .. from user in Enumerable.Range(0, 40)
           from item in Enumerable.Range(0, 6)
           let side = user % 2
           select $"u{user},i{side}-{(user + item) % 8},purchase,2026-01-{1 + item:00}T10:00:00Z,{(side == 0 ? "tea" : "chess")}",
    ];
}
