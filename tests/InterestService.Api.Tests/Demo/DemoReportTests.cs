using System.Text.Json;
using InterestService.Demo;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace InterestService.Api.Tests.Demo;

public sealed class DemoReportTests : IDisposable
{
    private readonly PlainConsole _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Clusters_are_listed_largest_first_with_their_top_interests()
    {
        DemoReport.Clusters(_terminal.Console,
        [
            Cluster(1, "garden [and home]", 100, 0.1, categories: [new("garden", null, null, 6.27), new("home", null, null, 2)]),
            Cluster(2, null, 900, 0.9, items: [new(null, "sku-7", "Oak Throw", 3), new(null, "sku-8", null, 1.5)]),
        ]);
        string[] rows = [.. _terminal.Lines.Where(line => line.Contains('×', StringComparison.Ordinal))];
        Assert.Equal(["2", "", "900", "90.0 %", "Oak Throw ×3.0, sku-8 ×1.5"], Cells(rows[0]));
        Assert.Equal(["1", "garden [and home]", "100", "10.0 %", "garden ×6.3, home ×2.0"], Cells(rows[1]));
    }

    [Fact]
    public void Further_clusters_are_counted()
    {
        DemoReport.Clusters(_terminal.Console, [.. Enumerable.Range(1, 45).Select(id => Cluster(id, "x", id, 0))]);
        Assert.Equal("and 5 smaller clusters", _terminal.Lines[^1]);
    }

    [Fact]
    public void Known_metrics_are_printed_with_their_standard_error()
    {
        using var metrics = JsonDocument.Parse("""
            {"silhouette": 0.4321, "silhouetteStandardError": 0.002, "silhouetteSampleSize": 20000,
             "calinskiHarabasz": 1234.5, "stability": null, "adjustedRandIndex": 0.8769, "labelledUsers": 1990, "unheardOf": 1}
            """);
        DemoReport.Metrics(_terminal.Console, metrics.RootElement);
        string[] rows = [.. _terminal.Lines.Where(line => line.Any(char.IsAsciiDigit))];
        Assert.Equal(["Silhouette", "0.432", "± 0.002"], Cells(rows[0]));
        Assert.Equal(["Calinski-Harabasz", "1,234.500", ""], Cells(rows[1]));
        Assert.Equal(["Adjusted Rand index, known groups", "0.877", "1,990 users"], Cells(rows[2]));
        Assert.Equal(3, rows.Length);
    }

    [Fact]
    public void Cleaning_shows_what_each_step_removed()
    {
        DemoReport.Cleaning(_terminal.Console, [new("repeated", 12, null, 988), new("robots", 300, 2, 688)]);
        string[] rows = [.. _terminal.Lines.Where(line => line.Any(char.IsAsciiDigit))];
        Assert.Equal(["repeated", "12", "", "988"], Cells(rows[0]));
        Assert.Equal(["robots", "300", "2", "688"], Cells(rows[1]));
    }

    [Fact]
    public async Task Without_a_terminal_each_stage_is_one_plain_line()
    {
        var time = new FakeTimeProvider();
        int result = await new DemoProgress(_terminal.Console, time).RunAsync(new DemoAmount(500, "events"), show =>
        {
            foreach (double fraction in (double[])[0.1, 0.2, 0.3, 0.4])
            {
                show(new DemoStep("encode", fraction, 1 - fraction));
                time.Advance(TimeSpan.FromSeconds(2));
            }

            foreach (double fraction in (double[])[0.75, 0.8]) show(new DemoStep("cluster", fraction));
            time.Advance(TimeSpan.FromMinutes(3));
            show(new DemoStep("save", 0.5));
            show(new DemoStep("done", 1));
            return Task.FromResult(7);
        });
        Assert.Equal(7, result);
        Assert.Equal(
            [
                "encode (10 %), loss 0.9", "encode (40 %), loss 0.6, 33.3 events/s, 9 s left", "  encode ended at loss 0.6",
                "cluster (75 %), 46.9 events/s, 3 s left", "save (50 %), 1.3 events/s, 3 min 8 s left", "done (100 %), 2.7 events/s",
            ],
            _terminal.Lines);
        Assert.DoesNotContain('\e', _terminal.Text);
    }

    [Fact]
    public void A_console_that_is_piped_prints_no_control_codes()
    {
        using var output = new StringWriter();
        var console = DemoConsole.Create(output, isTerminal: false);
        console.MarkupLine("[red]a problem[/]");
        DemoReport.Cleaning(console, [new("repeated", 12, null, 988)]);
        Assert.Contains("a problem", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void The_dashboard_is_the_last_address_and_the_example_user_is_a_medoid_of_the_largest_cluster()
    {
        var clusters = new[] { Cluster(1, null, 1, 0.1, medoids: ["other"]), Cluster(2, null, 9, 0.9, medoids: ["用户/1", "second"]) };
        DemoReport.Addresses(_terminal.Console, DemoAddresses.Of(new Uri("http://127.0.0.1:5080"), clusters));
        Assert.Equal(
            [
                "One user:    http://127.0.0.1:5080/users/%E7%94%A8%E6%88%B7%2F1/cluster",
                "Jobs:        http://127.0.0.1:5080/hangfire",
                "API:         http://127.0.0.1:5080/swagger",
                "Dashboard:   http://127.0.0.1:5080/dashboard",
            ],
            _terminal.Lines);
    }

    private static ClusterAnswer Cluster(
        int id,
        string? label,
        int users,
        double share,
        IReadOnlyList<ClusterFeature>? categories = null,
        IReadOnlyList<ClusterFeature>? items = null,
        string[]? medoids = null) =>
        new(id, label, users, share, categories, items, medoids);

    /// <summary>The border is a box-drawing character or, on a plain console, a vertical bar.</summary>
    private static string[] Cells(string row) => [.. row.Split('│', '|')[1..^1].Select(cell => cell.Trim())];
}
