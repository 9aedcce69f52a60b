using System.Text.Json;
using Spectre.Console;

namespace InterestService.Demo;

/// <summary>Prints the results of the demo.</summary>
internal static class DemoReport
{
    private const int MaxClusters = 40;
    private const int MaxInterests = 3;
    private const int MaxErrors = 5;

    private static readonly (string Field, string Name)[] _figures =
    [
        ("silhouette", "Silhouette"),
        ("simplifiedSilhouette", "Simplified silhouette"),
        ("calinskiHarabasz", "Calinski-Harabasz"),
        ("daviesBouldin", "Davies-Bouldin"),
        ("stability", "Stability"),
        ("recallAt10", "Recall at 10"),
        ("ndcgAt10", "NDCG at 10"),
    ];

    public static void Upload(IAnsiConsole console, string name, UploadAnswer answer)
    {
        string counts = $"{answer.Accepted:N0} accepted, {answer.Duplicates:N0} duplicates, {answer.Rejected:N0} rejected";
        console.WriteLine($"{name}: {answer.Received:N0} received, {counts}");
        foreach (var error in (answer.Errors ?? []).Take(MaxErrors))
            console.WriteLine($"  row {error.Index}, {error.Field}: {error.Message}");
    }

    /// <summary>Prints everything, the addresses last.</summary>
    /// <param name="console">The console to print to.</param>
    /// <param name="result">What to print.</param>
    /// <param name="stays">Whether the service continues to run, so that its addresses can be called.</param>
    public static void Result(IAnsiConsole console, DemoResult result, bool stays)
    {
        var clustering = result.Clustering;
        string data = $"{clustering.Events:N0} events of {clustering.Users:N0} users and {clustering.Items:N0} items";
        console.WriteLine($"{data}: {clustering.Clusters:N0} clusters");
        if (!clustering.Published)
            console.MarkupLine("[yellow]Not published: the earlier clustering is better and remains published. The clusters below are those of the earlier one.[/]");
        Clusters(console, result.Clusters);
        Metrics(console, result.Metrics);
        Cleaning(console, clustering.Cleaning);
        if (stays) Addresses(console, result.Addresses);
    }

    /// <summary>Prints the clusters, the largest first.</summary>
    public static void Clusters(IAnsiConsole console, IReadOnlyList<ClusterAnswer> clusters)
    {
        var table = new Table().Title("Clusters").AddColumns("Id", "Label");
        table.AddColumn("Users", column => column.RightAligned()).AddColumn("Share", column => column.RightAligned());
        table.AddColumn("Top interests");
        foreach (var cluster in clusters.OrderByDescending(cluster => cluster.Users).Take(MaxClusters))
            AddRow(table, $"{cluster.Id}", cluster.Label ?? "", $"{cluster.Users:N0}", $"{cluster.Share:P1}", TopInterests(cluster));
        console.Write(table);
        if (clusters.Count > MaxClusters) console.WriteLine($"and {clusters.Count - MaxClusters} smaller clusters");
    }

    /// <summary>Prints the known figures of <c>GET /clusterings/{id}/metrics</c>.</summary>
    /// <param name="console">The console to print to.</param>
    /// <param name="metrics">The response; a sampled figure has a property <c>...StandardError</c> beside it.</param>
    public static void Metrics(IAnsiConsole console, JsonElement metrics)
    {
        var table = new Table().Title("Metrics").AddColumns("Figure");
        table.AddColumn("Value", column => column.RightAligned()).AddColumn("Standard error");
        foreach (var (field, name) in _figures)
        {
            if (Number(metrics, field) is not { } value) continue;
            string sampled = Number(metrics, $"{field}StandardError") is { } error and > 0 ? $"± {error:N3}" : "";
            AddRow(table, name, $"{value:N3}", sampled);
        }

        if (Number(metrics, "adjustedRandIndex") is { } agreement)
            AddRow(table, "Adjusted Rand index, known groups", $"{agreement:N3}", $"{Number(metrics, "labelledUsers"):N0} users");
        console.Write(table);
    }

    public static void Cleaning(IAnsiConsole console, IReadOnlyList<CleaningCount>? steps)
    {
        if (steps is not { Count: > 0 }) return;
        var table = new Table().Title("Cleaning").AddColumns("Step");
        foreach (string column in (string[])["Removed events", "Removed users", "Remaining events"])
            table.AddColumn(column, settings => settings.RightAligned());
        foreach (var step in steps)
            AddRow(table, step.Step, $"{step.RemovedEvents:N0}", $"{step.RemovedUsers:N0}", $"{step.RemainingEvents:N0}");
        console.Write(table);
    }

    public static void Addresses(IAnsiConsole console, DemoAddresses addresses)
    {
        if (addresses.User is not null) console.WriteLine($"One user:    {addresses.User}");
        console.WriteLine($"Jobs:        {addresses.Jobs}");
        console.WriteLine($"API:         {addresses.Swagger}");
        console.WriteLine($"Dashboard:   {addresses.Dashboard}");
    }

    private static string TopInterests(ClusterAnswer cluster)
    {
        var features = cluster.TopCategories is { Count: > 0 } categories ? categories : cluster.TopItems ?? [];
        return string.Join(", ", features
            .Take(MaxInterests)
            .Select(feature => $"{feature.Name ?? feature.Title ?? feature.ItemId} ×{feature.Lift:N1}"));
    }

    private static double? Number(JsonElement metrics, string field) =>
        metrics.TryGetProperty(field, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
