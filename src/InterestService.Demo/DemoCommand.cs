using System.Text.Json;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using Spectre.Console;

namespace InterestService.Demo;

/// <summary>The whole way in one command: load, cluster, look, all through the public API.</summary>
public static class DemoCommand
{
    /// <summary>Names of the built-in scenarios.</summary>
    public static IReadOnlyCollection<string> Scenarios { get; } = [.. AllScenarios.ByName.Keys];

    private const int Failed = 1;
    private const int Interrupted = 130; // 128 + SIGINT, as shells have it

    private static readonly ScenarioOptions _options = new();

    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(250);

    /// <param name="service">
    /// Its base address is the running host's. Give it an infinite time-out: an upload takes what it takes.
    /// </param>
    /// <returns>The process's exit code: 0, 1 for an error that has been printed, 130 when interrupted.</returns>
    public static async Task<int> RunAsync(
        HttpClient service, DemoOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        try
        {
            var scenario = Check(options);
            var client = new DemoClient(service);
            var progress = new DemoProgress(console);
            await LoadAsync(client, options.Events, scenario, console, progress, cancellationToken);
            var clustering = await ClusterAsync(client, options, progress, cancellationToken);
            await ReportAsync(client, clustering, service.BaseAddress!, console, cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.MarkupLine("[yellow]Interrupted.[/]");
            return Interrupted;
        }
        catch (Exception error) when (error is DemoException or JsonException or HttpRequestException or TaskCanceledException
            or IOException or UnauthorizedAccessException)
        {
            string[] messages = [error.Message, error.GetBaseException().Message];
            console.MarkupLineInterpolated($"[red]{string.Join('\n', messages.Distinct())}[/]");
            return Failed;
        }
    }

    /// <summary>All that can be wrong with the options is found before anything starts.</summary>
    private static Scenario? Check(DemoOptions options)
    {
        foreach (var file in options.Events)
        {
            if (!file.Exists) throw new DemoException($"{file.FullName}: no such file.");
            UploadFormat.FromFileName(file.Name);
        }

        if (options.Events.Count > 0) return null;
        return AllScenarios.ByName.TryGetValue(options.Scenario, out var domain)
            ? ScenarioGenerator.Generate(domain, _options)
            : throw new DemoException(
                $"There is no scenario \"{options.Scenario}\". Known are: {string.Join(", ", AllScenarios.ByName.Keys)}.");
    }

    private static async Task LoadAsync(
        DemoClient client,
        IReadOnlyList<FileInfo> files,
        Scenario? scenario,
        IAnsiConsole console,
        DemoProgress progress,
        CancellationToken cancellationToken)
    {
        if (scenario is not null)
        {
            var (items, labels) = (scenario.Items, scenario.Labels);
            await UploadAsync("Items", sent => client.PutItemsAsync(UploadContent.FromRows(items, items.Count, sent), cancellationToken));
            await UploadAsync("Labels", sent => client.PutLabelsAsync(UploadContent.FromRows(labels, labels.Count, sent), cancellationToken));
            await UploadAsync("Events", sent =>
                client.PostEventsAsync(UploadContent.FromRows(scenario.Events, _options.Events, sent), cancellationToken));
        }

        foreach (var file in files)
            await UploadAsync(file.Name, sent => client.PostEventsAsync(UploadContent.FromFile(file, sent), cancellationToken));

        async Task UploadAsync(string name, Func<Action<double>, Task<UploadAnswer>> upload)
        {
            var answer = await progress.RunAsync(show =>
            {
                show(new DemoStep($"Uploading {name}", 0));
                return upload(sent => show(new DemoStep($"Uploading {name}", sent)));
            });
            DemoReport.Upload(console, name, answer);
        }
    }

    private static async Task<ClusteringAnswer> ClusterAsync(
        DemoClient client, DemoOptions options, DemoProgress progress, CancellationToken cancellationToken)
    {
        var location = await client.StartAsync(options, cancellationToken);
        return await progress.RunAsync(async show =>
        {
            while (true)
            {
                var clustering = await client.GetClusteringAsync(location, cancellationToken);
                show(new DemoStep(clustering.Stage ?? clustering.State, clustering.Progress, clustering.Loss));
                switch (clustering.State)
                {
                    case "succeeded":
                        return clustering;
                    case "failed":
                        throw new DemoException($"The clustering failed: {clustering.Error?.Message} ({clustering.Error?.Code})");
                    case "canceled":
                        throw new DemoException("The clustering was canceled.");
                }

                await Task.Delay(_pollInterval, cancellationToken);
            }
        });
    }

    private static async Task ReportAsync(
        DemoClient client,
        ClusteringAnswer clustering,
        Uri address,
        IAnsiConsole console,
        CancellationToken cancellationToken)
    {
        string data = $"{clustering.Events:N0} events of {clustering.Users:N0} users and {clustering.Items:N0} items";
        console.WriteLine($"{data}: {clustering.Clusters:N0} clusters");
        if (!clustering.Published)
            console.MarkupLine("[yellow]Not published: the earlier clustering is better and stays. The clusters below are its.[/]");
        var clusters = await client.GetClustersAsync(cancellationToken);
        DemoReport.Clusters(console, clusters);
        DemoReport.Metrics(console, await client.GetMetricsAsync(clustering.Id, cancellationToken));
        DemoReport.Cleaning(console, clustering.Cleaning);
        DemoReport.Addresses(console, address, DemoReport.ExampleUser(clusters));
    }
}

/// <param name="Events">Files to load; none: the built-in scenario.</param>
/// <param name="Scenario">Name of the built-in scenario, used when there are no files.</param>
/// <param name="Encoder">As in <c>POST /clusterings</c>; absent: the service chooses. So for the others.</param>
/// <param name="Clusters">A number or <c>auto</c>.</param>
public sealed record DemoOptions(
    IReadOnlyList<FileInfo> Events,
    string Scenario = "ecommerce",
    string? Encoder = null,
    string? Algorithm = null,
    string? Clusters = null);

/// <summary>Ends the demo. The message is written for the person at the terminal and may have several lines.</summary>
internal sealed class DemoException(string message) : Exception(message);
