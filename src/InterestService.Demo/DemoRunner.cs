using System.Text.Json;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using Spectre.Console;

namespace InterestService.Demo;

/// <summary>Runs the demo: uploads events, clusters the users and prints the result, all through the public API.</summary>
public static class DemoRunner
{
    /// <summary>Names of the built-in scenarios.</summary>
    public static IReadOnlyCollection<string> Scenarios { get; } = [.. AllScenarios.ByName.Keys];

    private const int Failed = 1;
    private const int Interrupted = 130; // 128 + SIGINT, as in shells

    private static readonly ScenarioOptions _options = new();

    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the demo against a running host.</summary>
    /// <param name="service">A client with the host's base address and an infinite time-out, since an upload may take long.</param>
    /// <param name="options">What to upload and how to cluster it.</param>
    /// <param name="console">The console to print to.</param>
    /// <param name="json">Receives the result as one JSON document, in place of the console; null: the console shows it.</param>
    /// <param name="cancellationToken">Interrupts the demo.</param>
    /// <returns>The exit code of the process: 0, 1 for an error that was printed, 130 if interrupted.</returns>
    public static async Task<int> RunAsync(
        HttpClient service, DemoOptions options, IAnsiConsole console, TextWriter? json, CancellationToken cancellationToken)
    {
        try
        {
            var scenario = Check(options);
            var client = new DemoClient(service);
            var progress = new DemoProgress(console, TimeProvider.System);
            var uploads = await LoadAsync(client, options.Events, scenario, console, progress, cancellationToken);
            var clustering = await ClusterAsync(client, options, progress, cancellationToken);
            var clusters = await client.GetClustersAsync(cancellationToken);
            var metrics = await client.GetMetricsAsync(clustering.Id, cancellationToken);
            var result = new DemoResult(uploads, clustering, clusters, metrics, DemoAddresses.Of(service.BaseAddress!, clusters));
            if (json is null) DemoReport.Result(console, result, stays: !options.Exit);
            else await json.WriteLineAsync(result.ToJson());
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

    /// <summary>Checks the options before anything starts.</summary>
    /// <returns>The scenario to upload; null if files are given.</returns>
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

    private static async Task<IReadOnlyList<DemoUpload>> LoadAsync(
        DemoClient client,
        IReadOnlyList<FileInfo> files,
        Scenario? scenario,
        IAnsiConsole console,
        DemoProgress progress,
        CancellationToken cancellationToken)
    {
        var uploads = new List<DemoUpload>();
        if (scenario is not null)
        {
            var (items, labels) = (scenario.Items, scenario.Labels);
            await UploadAsync("Items", new DemoAmount(items.Count, "items"), sent => client.PutItemsAsync(UploadContent.FromRows(items, items.Count, sent), cancellationToken));
            await UploadAsync("Labels", new DemoAmount(labels.Count, "labels"), sent => client.PutLabelsAsync(UploadContent.FromRows(labels, labels.Count, sent), cancellationToken));
            await UploadAsync("Events", new DemoAmount(_options.Events, "events"), sent =>
                client.PostEventsAsync(UploadContent.FromRows(scenario.Events, _options.Events, sent), cancellationToken));
        }

        foreach (var file in files)
            await UploadAsync(file.Name, new DemoAmount(file.Length / 1e6, "MB"), sent => client.PostEventsAsync(UploadContent.FromFile(file, sent), cancellationToken));
        return uploads;

        async Task UploadAsync(string name, DemoAmount amount, Func<Action<double>, Task<UploadAnswer>> upload)
        {
            var answer = await progress.RunAsync(amount, show =>
            {
                show(new DemoStep($"Uploading {name}", 0));
                return upload(sent => show(new DemoStep($"Uploading {name}", sent)));
            });
            DemoReport.Upload(console, name, answer);
            uploads.Add(new DemoUpload(name, answer));
        }
    }

    private static async Task<ClusteringAnswer> ClusterAsync(
        DemoClient client, DemoOptions options, DemoProgress progress, CancellationToken cancellationToken)
    {
        var location = await client.StartAsync(options, cancellationToken);
        return await progress.RunAsync(DemoAmount.Percent, async show =>
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
}

/// <summary>What the demo uploads and how it clusters it.</summary>
/// <param name="Events">Files to upload; if empty, a built-in scenario is uploaded.</param>
/// <param name="Scenario">Name of the built-in scenario, used if there are no files.</param>
/// <param name="Encoder">Encoder as in <c>POST /clusterings</c>; null for the default of the service.</param>
/// <param name="Algorithm">Algorithm as in <c>POST /clusterings</c>; null for the default of the service.</param>
/// <param name="Clusters">A number or <c>auto</c>; null for the default of the service.</param>
/// <param name="Exit">Whether the service ends after it: its addresses are not printed then.</param>
public sealed record DemoOptions(
    IReadOnlyList<FileInfo> Events,
    string Scenario = "ecommerce",
    string? Encoder = null,
    string? Algorithm = null,
    string? Clusters = null,
    bool Exit = false);

/// <summary>The exception that ends the demo. The message is printed to the user and may have several lines.</summary>
internal sealed class DemoException(string message) : Exception(message);
