using System.CommandLine;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures how the time and memory from upload to published clustering grow with the number of events.</summary>
internal static class GrowthCommand
{
    private const double MaxExponent = 1.1;

    public static Command Create()
    {
        var encoder = Commands.CreateOption("--encoder", "The encoder.", "auto");
        var epochs = Commands.CreateOption("--epochs", "Maximum number of epochs, which limits the time of a run that measures memory; 0: the encoder's own.", 0);
        var userEvents = Commands.CreateOption("--user-events", "Mean number of events of a user.", 20);
        var maxEvents = Commands.CreateOption("--max-events", "Events of the largest run; each run has twice the events of the previous one.", 8_000_000);
        var trainingUsers = Commands.CreateOption("--training-users", "How many users train, while the model assigns the others; 0: all.", 0);
        var steps = Commands.CreateOption("--steps", "Number of runs.", 5);
        var command = new Command("growth", "Measure time and memory from upload to published clustering as the events grow.") { encoder, epochs, trainingUsers, userEvents, maxEvents, steps };
        command.SetAction((parsed, _) => GrowAsync(
            parsed.GetValue(encoder)!, parsed.GetValue(epochs) is > 0 and var limit ? limit : null, parsed.GetValue(trainingUsers), parsed.GetValue(userEvents), parsed.GetValue(maxEvents), parsed.GetValue(steps)));
        return command;
    }

    private static async Task<int> GrowAsync(string encoder, int? epochs, int trainingUsers, int userEvents, int maxEvents, int steps)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("events", "seconds", "grows as events^", "peak memory, MB", "allowed, MB", "ARI");
        var sizes = new List<(double Events, double Seconds)>();
        bool met = true;
        for (int step = steps - 1; step >= 0; step--)
        {
            var planted = WholeRun.Generate(maxEvents >> step, userEvents);
            string csv = PlantedFiles.WriteCsv(planted.Log);
            var (measurement, peak) = await WholeRun.RunAsync(planted, csv, WholeRun.Request(encoder, epochs, trainingUsers));
            File.Delete(csv);
            int events = planted.Log.EventCount;
            sizes.Add((events, measurement.Seconds));
            double allowed = 300 + (100e-6 * events);
            table.AddRow(
                ((double)events).ToText("N0"), measurement.Seconds.ToText("F1"), sizes.Count > 1 ? Exponent(sizes[^2..]).ToText("F2") : "",
                (peak / 1e6).ToText("F0"), allowed.ToText("F0"), measurement.Quality!.Value.ToText("F3"));
            AnsiConsole.MarkupLineInterpolated($"[grey]{events:N0} events: {measurement.Seconds:F1} s, {peak / 1e6:F0} MB[/]");
            met &= peak / 1e6 < allowed;
        }

        AnsiConsole.Write(table);
        if (sizes.Count > 1)
        {
            double exponent = Exponent(sizes);
            met &= exponent <= MaxExponent;
            AnsiConsole.MarkupLineInterpolated($"Over all sizes time grows as events^{exponent.ToText("F2")} (goal: {MaxExponent} or less).");
        }

        return met ? 0 : 1;
    }

    /// <summary>Computes the slope of the least-squares line through the logarithms.</summary>
    private static double Exponent(List<(double Events, double Seconds)> sizes)
    {
        double x = sizes.Average(size => Math.Log(size.Events)), y = sizes.Average(size => Math.Log(size.Seconds));
        return sizes.Sum(size => (Math.Log(size.Events) - x) * (Math.Log(size.Seconds) - y))
            / sizes.Sum(size => Math.Pow(Math.Log(size.Events) - x, 2));
    }
}
