using Spectre.Console;

namespace InterestService.Endurance;

/// <summary>What a run has found wrong, in the order in which it was found. Thread-safe.</summary>
internal sealed class Findings
{
    private readonly Lock _lock = new();
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public void Add(string finding)
    {
        lock (_lock) _all.Add(finding);
    }

    /// <summary>Adds a finding unless the condition holds.</summary>
    public void Expect(bool holds, string otherwise)
    {
        if (!holds) Add(otherwise);
    }

    /// <summary>Prints the findings.</summary>
    /// <returns>The exit code of the command: 0 without findings.</returns>
    public int Print(string held)
    {
        foreach (string finding in All) AnsiConsole.MarkupLineInterpolated($"[red]{finding}[/]");
        if (All.Count > 0) return 1;
        AnsiConsole.MarkupLineInterpolated($"[green]{held}[/]");
        return 0;
    }
}
