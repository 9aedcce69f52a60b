using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace InterestService.Benchmarks.Harness;

/// <summary>
/// The same work by two sides, in turn, after a warm-up of each: what else the machine does then hits both alike. Medians and the
/// median of the ratios are told.
/// </summary>
/// <param name="Work">What is done.</param>
/// <param name="Ours">A name for our side.</param>
/// <param name="Theirs">A name for the other one.</param>
/// <param name="Goal">The most that our seconds may be of theirs.</param>
internal sealed record Duel(string Work, string Ours, string Theirs, double Goal)
{
    /// <summary>How many times each side runs after its warm-up.</summary>
    public int Pairs { get; init; } = 5;

    /// <summary>
    /// How much larger, in parts of theirs, our <see cref="Measurement.Quality"/> may be, and, unless <see cref="LowerIsBetter"/>, how much
    /// smaller; null: it is only shown.
    /// </summary>
    public double? QualityTolerance { get; init; }

    public bool LowerIsBetter { get; init; }

    /// <returns>The exit status: 0 when the goal is met.</returns>
    public int Run(Func<Measurement> ours, Func<Measurement> theirs)
    {
        var (mine, other) = (new List<Measurement>(), new List<Measurement>());
        AnsiConsole.MarkupLineInterpolated($"[bold]{Work}[/]");
        for (int pair = 0; pair <= Pairs; pair++)
        {
            var (a, b) = (ours(), theirs());
            AnsiConsole.MarkupLineInterpolated($"[grey]{(pair == 0 ? "warm-up" : $"pair {pair}"),-8} {Show(a)} against {Show(b)}[/]");
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

    /// <summary>Times our side of a duel in this process.</summary>
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

    private static string Show(Measurement m) =>
        m.Quality is { } quality ? string.Create(CultureInfo.InvariantCulture, $"{m.Seconds:F3} s ({quality:G7})") : Seconds(m.Seconds);

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} s");

    private static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
