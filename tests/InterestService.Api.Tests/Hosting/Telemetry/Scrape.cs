using System.Globalization;
using System.Text.RegularExpressions;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>The series of an answer of <c>/metrics</c>, in Prometheus' text format.</summary>
internal sealed partial class Scrape
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _series;

    public Scrape(string text) => _series =
    [
        .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           where line[0] != '#'
           let series = Series().Match(line)
           select (
               series.Groups["name"].Value,
               Label().Matches(series.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value),
               double.Parse(series.Groups["value"].Value, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Names of the series, with the labels that each has somewhere.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Names =>
        _series.GroupBy(series => series.Name).ToDictionary(group => group.Key, group => group.SelectMany(series => series.Labels.Keys).ToHashSet());

    /// <summary>Sums the series that have a name and labels; null without one.</summary>
    public double? Find(string name, params (string Label, string Value)[] labels)
    {
        var found = _series.Where(series => series.Name == name && labels.All(label => series.Labels.GetValueOrDefault(label.Label) == label.Value)).ToList();
        return found.Count == 0 ? null : found.Sum(series => series.Value);
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)""")]
    private static partial Regex Series();

    [GeneratedRegex("""(?<name>[a-zA-Z_]\w*)="(?<value>([^"\\]|\\.)*)",?""")]
    private static partial Regex Label();
}
