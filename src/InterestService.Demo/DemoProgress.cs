using Spectre.Console;

namespace InterestService.Demo;

/// <param name="Stage">Name of the stage.</param>
/// <param name="Fraction">Completed fraction of the whole work, 0 to 1.</param>
/// <param name="Loss">Training loss; null if nothing is trained.</param>
internal readonly record struct DemoStep(string Stage, double Fraction, double? Loss = null);

/// <summary>Shows progress: a bar on a terminal, otherwise a line without control codes when a stage begins.</summary>
internal sealed class DemoProgress(IAnsiConsole console)
{
    public Task<T> RunAsync<T>(Func<Action<DemoStep>, Task<T>> work)
    {
        bool terminal = console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;
        return terminal ? ShowBarAsync(RunAsync) : PrintLinesAsync(RunAsync);

        Task<T> RunAsync(Action<DemoStep> show) => work(OnlyOwnLoss(show));
    }

    /// <summary>Removes a loss that has not changed since its stage began: the service keeps the last loss of an earlier stage.</summary>
    private static Action<DemoStep> OnlyOwnLoss(Action<DemoStep> show)
    {
        DemoStep first = default;
        return step =>
        {
            if (step.Stage != first.Stage) first = step;
            show(step.Loss == first.Loss ? step with { Loss = null } : step);
        };
    }

    private Task<T> ShowBarAsync<T>(Func<Action<DemoStep>, Task<T>> work) => console
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
                bar.Description = Markup.Escape(step.Loss is { } loss ? $"{step.Stage}, loss {loss:G4}" : step.Stage);
                bar.Value = step.Fraction;
            });
        });

    private Task<T> PrintLinesAsync<T>(Func<Action<DemoStep>, Task<T>> work)
    {
        DemoStep last = default;
        return work(step =>
        {
            if (step.Stage != last.Stage)
            {
                if (last.Loss is { } loss) console.WriteLine($"  {last.Stage} ended at loss {loss:G4}");
                console.WriteLine($"{step.Stage} ({step.Fraction:P0})");
            }

            last = step;
        });
    }
}
