using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Stalls;

/// <summary>Runs <see cref="StalledWorkers"/>.</summary>
internal static class StallsCommand
{
    public static Command Create()
    {
        var first = Commands.CreateOption("--first", "Point of the first stall.", 1);
        var step = Commands.CreateOption("--step", "A stall at each n-th point; 1 for all.", 1);
        var command = new Command("stalls", "Stop a worker at every statement of a clustering until another one has taken it over, and let it go on.") { first, step };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(first), parsed.GetValue(step)));
        return command;
    }

    private static async Task<int> RunAsync(int first, int step)
    {
        await using var workers = await StalledWorkers.StartAsync();
        await workers.StartTogetherAsync(5);
        AnsiConsole.WriteLine("Five clusterings started together.");
        int stalls = 0;
        // At the first one, the second worker waits until the lease has expired.
        for (int point = first; await workers.AttemptAsync(point, expires: stalls > 0) is { } statement; point += step)
        {
            stalls++;
            AnsiConsole.WriteLine($"{point,3}  {statement[..Math.Min(100, statement.Length)]}");
        }

        return workers.Findings.Print($"{stalls} stalls: each clustering has one result, that of the worker that took it over.");
    }
}
