using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Outages;

/// <summary>Runs an <see cref="Outage"/> of every kind.</summary>
internal static class OutagesCommand
{
    /// <summary>Goal for the slowest of 99 % of the lookups, in milliseconds.</summary>
    private const double Goal = 10;

    public static Command Create()
    {
        var seconds = Commands.CreateOption("--seconds", "Duration of each outage.", 150);
        var command = new Command("outages", "Make the network to PostgreSQL slow, jittery, silent and broken while callers look users up and write.") { seconds };
        command.SetAction((parsed, _) => RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration)
    {
        await using var outage = await Outage.StartAsync();
        foreach (var weather in new[] { Weather.Fine, Weather.Slow, Weather.Jittery, Weather.Silent, Weather.Broken })
        {
            double slow = await outage.RunAsync(weather, duration);
            outage.Findings.Expect(slow < Goal, $"{weather}: 99 % of the lookups take up to {slow:0.0} ms.");
            AnsiConsole.WriteLine($"{weather,-8} 99 % of the lookups within {slow:0.0} ms");
        }

        return outage.Findings.Print("Lookups went on, writes were refused in time, and the service recovered by itself.");
    }
}
