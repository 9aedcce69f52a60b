using System.Text.RegularExpressions;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>An expression of PromQL, as far as the names of its metrics and labels go.</summary>
internal sealed partial class PrometheusExpression
{
    private static readonly HashSet<string> _words = ["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan", "start", "end"];

    public PrometheusExpression(string text)
    {
        string rest = Strings().Replace(text, "\"\"");
        rest = Ranges().Replace(rest, "");
        Grouped = [.. Groupings().Matches(rest).SelectMany(grouping => Names().Matches(grouping.Groups["labels"].Value)).Select(name => name.Value)];
        rest = Groupings().Replace(rest, " ");
        Selectors =
        [
            .. Candidates().Matches(rest).Where(name => !_words.Contains(name.Groups["name"].Value.ToLowerInvariant()))
                .Select(name => (name.Groups["name"].Value, Matchers().Matches(name.Groups["matchers"].Value).Select(label => label.Groups[1].Value).ToArray())),
        ];
    }

    /// <summary>The metrics, each with the labels by which it is selected.</summary>
    public IReadOnlyList<(string Name, string[] Labels)> Selectors { get; }

    /// <summary>Labels by which aggregations group.</summary>
    public IReadOnlyList<string> Grouped { get; }

    [GeneratedRegex("""
        "([^"\\]|\\.)*"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+")]
    private static partial Regex Ranges();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Groupings();

    /// <summary>A name that is not a function's, an operator's with a parenthesis, or part of a number.</summary>
    [GeneratedRegex(@"(?<![\w.])(?<name>[a-zA-Z_:][\w:]*)\b(?!\s*\()(\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Candidates();

    [GeneratedRegex(@"([a-zA-Z_]\w*)\s*(=~|!~|!=|=)")]
    private static partial Regex Matchers();

    [GeneratedRegex(@"[a-zA-Z_]\w*")]
    private static partial Regex Names();
}
