using System.Diagnostics;
using System.Text.Json.Serialization;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Harness;

/// <summary>
/// Runs the same work on two sides alternately, after a warm-up of each, so that other load on the machine affects both equally. Prints the
/// medians and the median of the ratios.
/// </summary>
/// <param name="Work">Description of the work.</param>
/// <param name="Ours">Name of our side.</param>
/// <param name="Theirs">Name of the other side.</param>
/// <param name="Goal">Maximum ratio of our seconds to theirs.</param>
internal sealed record Duel(string Work, string Ours, string Theirs, double Goal)
{
    /// <summary>Number of runs of each side after its warm-up.</summary>
    public int Pairs { get; init; } = 5;

    /// <summary>
    /// Maximum relative difference by which our <see cref="Measurement.Quality"/> may exceed theirs and, unless <see cref="LowerIsBetter"/>,
    /// fall below it; null if the quality is only shown.
    /// </summary>
    public double? QualityTolerance { get; init; }

    /// <summary>Whether a lower quality figure is better, so that ours may be lower by any amount.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>Runs both sides and prints the result.</summary>
    /// <returns>The exit status: 0 if the goal is met and the qualities agree.</returns>
    public int Run(Func<Measurement> ours, Func<Measurement> theirs)
    {
        var (mine, other) = (new List<Measurement>(), new List<Measurement>());
        AnsiConsole.MarkupLineInterpolated($"[bold]{Work}[/]");
        for (int pair = 0; pair <= Pairs; pair++)
        {
            var (a, b) = (ours(), theirs());
            AnsiConsole.MarkupLineInterpolated($"[grey]{(pair == 0 ? "warm-up" : $"pair {pair}"),-8} {Text(a)} against {Text(b)}[/]");
            if (pair == 0) continue;
            mine.Add(a);
            other.Add(b);
        }

        double ratio = Median(mine.Zip(other, (a, b) => a.Seconds / b.Seconds));
        bool agree = QualityTolerance is not { } tolerance || Agree(mine[^1].Quality!.Value, other[^1].Quality!.Value, tolerance);
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("work", Ours, Theirs, "ratio", "goal");
        table.AddRow(
            Work, Seconds(Median(mine.Select(m => m.Seconds))), Seconds(Median(other.Select(m => m.Seconds))), Ratio(ratio),
            $"{Ratio(Goal)} or less: " + (ratio <= Goal ? "met" : "missed"));
        AnsiConsole.Write(table);
        if (!agree) AnsiConsole.MarkupLineInterpolated($"[red]The results differ: {mine[^1].Quality} against {other[^1].Quality}.[/]");
        return ratio <= Goal && agree ? 0 : 1;
    }

    /// <summary>Measures our side in this process.</summary>
    public static Measurement Time(Func<double?> work)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        double? quality = work();
        return new Measurement(watch.Elapsed.TotalSeconds, quality);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private bool Agree(double ours, double theirs, double tolerance) =>
        (LowerIsBetter ? ours - theirs : Math.Abs(ours - theirs)) <= tolerance * Math.Abs(theirs);

    private static string Text(Measurement m) =>
        m.Quality is { } quality ? $"{Seconds(m.Seconds)} ({quality.ToText("G7")})" : Seconds(m.Seconds);

    private static string Seconds(double seconds) => $"{seconds.ToText("F3")} s";

    private static string Ratio(double ratio) => ratio.ToText("0.00");
}

/// <summary>The result of one run of one side.</summary>
/// <param name="Seconds">Duration of the work alone, without reading data and starting programs.</param>
/// <param name="Quality">A figure on which both sides must agree, such as an inertia; null if there is none.</param>
internal sealed record Measurement(
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("quality")] double? Quality = null);
