using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using YamlDotNet.RepresentationModel;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>The dashboard and the alert rules in <c>deploy</c> against what a service tells of itself.</summary>
[Collection(nameof(ObservedService))]
public sealed class MonitoringFilesTests(ObservedService observed)
{
    /// <summary>Added by Prometheus to what it scrapes.</summary>
    private static readonly string[] _addedLabels = ["instance", "job"];

    /// <summary>Only where there is a GPU.</summary>
    private static readonly string[] _deviceMetrics = ["hw_gpu_memory_usage_bytes", "hw_gpu_memory_limit_bytes"];

    [Fact]
    public async Task Every_expression_names_metrics_and_labels_that_exist()
    {
        var scrape = await observed.ScrapeUntilAsync(scrape =>
            scrape.Find("interestservice_jobs", ("state", "succeeded")) == 1 && scrape.Find("db_client_operation_failed_total") > 0);
        var known = scrape.Names;
        var expressions = AlertRules().Select(rule => rule["expr"]).Concat(DashboardExpressions()).ToList();
        Assert.True(expressions.Count > 50);
        foreach (string text in expressions)
        {
            var expression = new PrometheusExpression(text);
            Assert.NotEmpty(expression.Selectors);
            foreach (var (name, labels) in expression.Selectors.Where(selector => selector.Name != "up" && !_deviceMetrics.Contains(selector.Name)))
            {
                Assert.True(known.ContainsKey(name), $"{text}: there is no metric {name}.");
                foreach (string label in labels.Concat(expression.Grouped).Except(_addedLabels)) Assert.True(known[name].Contains(label), $"{text}: {name} has no label {label}.");
            }
        }
    }

    [Theory]
    [InlineData("rate(a_total{b=\"c{d}\"}[5m]) > 1e9", "a_total(b)", "")]
    [InlineData("sum by (x, le) (rate(a_bucket[$__rate_interval] offset 1d)) / on (y) b and c", "a_bucket() b() c()", "x le y")]
    [InlineData("histogram_quantile(0.99, max without(z) (a:b{c=~\"d\", e!=\"f\"}))", "a:b(c,e)", "z")]
    public void Names_are_found_in_expressions(string text, string selectors, string grouped)
    {
        var expression = new PrometheusExpression(text);
        Assert.Equal(selectors, string.Join(' ', expression.Selectors.Select(selector => $"{selector.Name}({string.Join(',', selector.Labels)})")));
        Assert.Equal(grouped, string.Join(' ', expression.Grouped));
    }

    [Fact]
    public async Task Every_alert_has_a_summary_a_severity_and_a_line_that_tells_what_to_do()
    {
        string book = await File.ReadAllTextAsync(Repository.File("deploy/monitoring.md"), TestContext.Current.CancellationToken);
        var rules = AlertRules().ToList();
        Assert.Equal(rules.Count, rules.Select(rule => rule["alert"]).Distinct().Count());
        foreach (var rule in rules)
        {
            Assert.Contains($"| `{rule["alert"]}` |", book, StringComparison.Ordinal);
            Assert.Contains(rule["severity"], new[] { "critical", "warning" });
            Assert.NotEmpty(rule["summary"]);
        }
    }

    [Fact]
    public async Task Every_metric_of_the_service_is_described()
    {
        string book = await File.ReadAllTextAsync(Repository.File("deploy/monitoring.md"), TestContext.Current.CancellationToken);
        var names = (await observed.ScrapeAsync()).Names.Keys.Where(name => name.StartsWith("interestservice_", StringComparison.Ordinal))
            .Select(name => name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^7] : name).Where(name => !name.EndsWith("_seconds_sum", StringComparison.Ordinal) && !name.EndsWith("_seconds_count", StringComparison.Ordinal));
        foreach (string name in names) Assert.Contains($"`{name}`", book, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_are_raised_by_the_series_that_must_raise_them_and_by_no_others()
    {
        string folder = Path.GetDirectoryName(Repository.File("deploy/prometheus/alerts.yml"))!;
        (await ExternalProgram.RunAsync("promtool", ["check", "rules", "alerts.yml"], folder)).AssertSucceeded();
        (await ExternalProgram.RunAsync("promtool", ["test", "rules", "alerts.test.yml"], folder)).AssertSucceeded();
    }

    private static IEnumerable<Dictionary<string, string>> AlertRules()
    {
        var yaml = new YamlStream();
        using (var file = File.OpenText(Repository.File("deploy/prometheus/alerts.yml"))) yaml.Load(file);
        return
            from @group in ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"]).Children
            from rule in ((YamlSequenceNode)@group["rules"]).Children
            select new Dictionary<string, string>
            {
                ["alert"] = Text(rule["alert"]),
                ["expr"] = Text(rule["expr"]),
                ["severity"] = Text(rule["labels"]["severity"]),
                ["summary"] = Text(rule["annotations"]["summary"]),
            };
    }

    private static IEnumerable<string> DashboardExpressions()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.File("deploy/grafana/interestservice.json")))!;
        var variables = dashboard["templating"]!["list"]!.AsArray().Where(variable => (string?)variable!["type"] == "query")
            .Select(variable => ((string)variable!["query"]!).Replace("label_values(", "max by (instance) (", StringComparison.Ordinal).Replace(", instance)", ")", StringComparison.Ordinal));
        return dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!).Concat(variables);
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
