using System.Text.Json;
using Spectre.Console;

namespace InterestService.Demo;

/// <summary>What the demo prints once there is a result.</summary>
internal static class DemoReport
{
    private const int ClustersShown = 40;
    private const int InterestsShown = 3;
    private const int ErrorsShown = 5;

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
        foreach (var error in (answer.Errors ?? []).Take(ErrorsShown))
            console.WriteLine($"  row {error.Index}, {error.Field}: {error.Message}");
    }

    /// <summary>The clusters, largest first.</summary>
    public static void Clusters(IAnsiConsole console, IReadOnlyList<ClusterAnswer> clusters)
    {
        var table = new Table().Title("Clusters").AddColumns("Id", "Label");
        table.AddColumn("Users", column => column.RightAligned()).AddColumn("Share", column => column.RightAligned());
        table.AddColumn("Top interests");
        foreach (var cluster in clusters.OrderByDescending(cluster => cluster.Users).Take(ClustersShown))
            AddRow(table, $"{cluster.Id}", cluster.Label ?? "", $"{cluster.Users:N0}", $"{cluster.Share:P1}", TopInterests(cluster));
        console.Write(table);
        if (clusters.Count > ClustersShown) console.WriteLine($"and {clusters.Count - ClustersShown} smaller clusters");
    }

    /// <summary>The figures of <c>GET /clusterings/{id}/metrics</c> that have a known name.</summary>
    /// <param name="metrics">A sampled figure has its <c>...StandardError</c> and <c>...SampleSize</c> beside it.</param>
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

    public static void Addresses(IAnsiConsole console, Uri service, string? userId)
    {
        console.WriteLine($"API:         {new Uri(service, "/swagger")}");
        console.WriteLine($"Jobs:        {new Uri(service, "/hangfire")}");
        if (userId is not null)
            console.WriteLine($"One user:    {new Uri(service, $"/users/{Uri.EscapeDataString(userId)}/cluster").AbsoluteUri}");
    }

    /// <summary>A user at the heart of the largest cluster.</summary>
    public static string? ExampleUser(IReadOnlyList<ClusterAnswer> clusters) => clusters
        .OrderByDescending(cluster => cluster.Users)
        .SelectMany(cluster => cluster.Medoids ?? [])
        .Select(medoid => medoid.ValueKind == JsonValueKind.Object ? medoid.GetProperty("userId").GetString() : medoid.GetString())
        .FirstOrDefault();

    private static string TopInterests(ClusterAnswer cluster)
    {
        var features = cluster.TopCategories is { Count: > 0 } categories ? categories : cluster.TopItems ?? [];
        return string.Join(", ", features
            .Take(InterestsShown)
            .Select(feature => $"{feature.Name ?? feature.Title ?? feature.ItemId} ×{feature.Lift:N1}"));
    }

    private static double? Number(JsonElement metrics, string field) =>
        metrics.TryGetProperty(field, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
