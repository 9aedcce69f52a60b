using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InterestService.Api.Tests.Deploy.Citus;

/// <summary>Plans of statements that PostgreSQL's <c>auto_explain</c> has written to the log of the server.</summary>
internal static partial class LoggedPlans
{
    /// <summary>Settings of a database under which new sessions log the plans of all statements, and use indexes wherever they can.</summary>
    public static string Enable(string database) => string.Concat(
        new[]
        {
            "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_format = 'json'",
            "auto_explain.log_nested_statements = on", "enable_seqscan = off", "enable_bitmapscan = off", "enable_hashjoin = off", "enable_mergejoin = off",
            "jit = off",
        }.Select(setting => $"ALTER DATABASE {database} SET {setting};"));

    /// <summary>Reads the plans that were written after a position.</summary>
    public static async Task<List<JsonNode>> ReadAsync(string log, long from)
    {
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = from;
        using var reader = new StreamReader(file);
        string text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return [.. Plan().Matches(text).Select(match => JsonNode.Parse(match.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal))!)];
    }

    /// <summary>The nodes of a plan that read a table.</summary>
    public static IEnumerable<JsonNode> Scans(JsonNode plan)
    {
        var node = plan["Plan"] ?? plan;
        if (node["Relation Name"] is not null && (string?)node["Node Type"] != "ModifyTable") yield return node;
        foreach (var child in node["Plans"]?.AsArray() ?? [])
            foreach (var scan in Scans(child!)) yield return scan;
    }

    /// <summary>Whether a scan reads only rows of users that it is given, by the index.</summary>
    public static bool IsOfGivenUsers(JsonNode scan) => UserCondition().IsMatch((string?)scan["Index Cond"] ?? "");

    // Lines after the first of an entry begin with a tabulator.
    [GeneratedRegex(@"  plan:\n\t(\{.*(?:\n\t.*)*)")]
    private static partial Regex Plan();

    [GeneratedRegex(@"(?<![\w""])user_id = ")]
    private static partial Regex UserCondition();
}
