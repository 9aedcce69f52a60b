using Spectre.Console;

namespace InterestService.Demo;

/// <param name="Stage">Name of the stage.</param>
/// <param name="Fraction">Completed fraction of the whole work, 0 to 1.</param>
/// <param name="Loss">Training loss; null if the stage trains nothing.</param>
internal readonly record struct DemoStep(string Stage, double Fraction, double? Loss = null);

/// <summary>The amount of some work.</summary>
/// <param name="Total">The whole amount, in <paramref name="Unit"/>.</param>
/// <param name="Unit">The unit, for example <c>events</c>.</param>
internal readonly record struct DemoAmount(double Total, string Unit)
{
    /// <summary>For work that has no unit of its own.</summary>
    public static readonly DemoAmount Percent = new(100, "%");
}

/// <summary>
/// Shows progress with rate and time left: a bar on a terminal, otherwise lines without control codes, one at the beginning of each stage and one
/// every few seconds while it runs.
/// </summary>
internal sealed class DemoProgress(IAnsiConsole console, TimeProvider time)
{
    /// <summary>Minimum time between two lines of a stage.</summary>
    public static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <param name="amount">The amount of the work.</param>
    /// <param name="work">Does the work and shows its steps.</param>
    public Task<T> RunAsync<T>(DemoAmount amount, Func<Action<DemoStep>, Task<T>> work)
    {
        var pace = new DemoPace(amount, time);
        bool terminal = console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;
        return terminal ? ShowBarAsync(pace, work) : PrintLinesAsync(pace, work);
    }

    private Task<T> ShowBarAsync<T>(DemoPace pace, Func<Action<DemoStep>, Task<T>> work) => console
        .Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new ElapsedTimeColumn())
        .StartAsync(async context =>
        {
            var bar = context.AddTask("Waiting", maxValue: 1);
            return await work(step =>
            {
                bar.Description = Markup.Escape(string.Join(", ", (string[])[step.Stage, .. pace.Describe(step)]));
                bar.Value = step.Fraction;
            });
        });

    private Task<T> PrintLinesAsync<T>(DemoPace pace, Func<Action<DemoStep>, Task<T>> work)
    {
        DemoStep last = default;
        long printed = 0;
        return work(step =>
        {
            var details = pace.Describe(step);
            bool begins = step.Stage != last.Stage;
            if (begins && last.Loss is { } loss) console.WriteLine($"  {last.Stage} ended at loss {loss:G4}");
            if (begins || time.GetElapsedTime(printed) >= LineInterval)
            {
                console.WriteLine(string.Join(", ", (string[])[$"{step.Stage} ({step.Fraction:P0})", .. details]));
                printed = time.GetTimestamp();
            }

            last = step;
        });
    }
}

/// <summary>Measures how fast a work goes on.</summary>
internal sealed class DemoPace(DemoAmount amount, TimeProvider time)
{
    private static readonly TimeSpan _known = TimeSpan.FromSeconds(1); // before, a rate says little

    private readonly long _began = time.GetTimestamp();

    /// <summary>Returns the loss, the rate and the time left, as far as they are known.</summary>
    public IReadOnlyList<string> Describe(DemoStep step)
    {
        var details = new List<string>();
        if (step.Loss is { } loss) details.Add($"loss {loss:G4}");
        var elapsed = time.GetElapsedTime(_began);
        if (elapsed < _known || step.Fraction <= 0) return details;
        details.Add($"{amount.Total * step.Fraction / elapsed.TotalSeconds:#,0.#} {amount.Unit}/s");
        if (step.Fraction < 1) details.Add($"{Left(elapsed * ((1 - step.Fraction) / step.Fraction))} left");
        return details;
    }

    private static string Left(TimeSpan left) => left.TotalMinutes < 1
        ? $"{Math.Ceiling(left.TotalSeconds):0} s"
        : $"{(int)left.TotalMinutes} min {left.Seconds} s";
}
