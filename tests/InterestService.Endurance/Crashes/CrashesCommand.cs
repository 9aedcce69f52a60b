using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Crashes;

/// <summary>Runs the <see cref="CrashMatrix"/>.</summary>
internal static class CrashesCommand
{
    public static Command Create()
    {
        var first = Commands.CreateOption("--first", "Point of the first crash.", 1);
        var step = Commands.CreateOption("--step", "A crash at each n-th point; 1 for all.", 1);
        var acts = Commands.CreateOption("--acts", "Acts, separated by commas; all by default.", "");
        var command = new Command("crashes", "Kill the service at every statement of every kind of call, start it again and look for halves, orphans and losses.") { first, step, acts };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(first), parsed.GetValue(step), parsed.GetValue(acts)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        return command;
    }

    private static async Task<int> RunAsync(int first, int step, string[] names)
    {
        await using var matrix = await CrashMatrix.StartAsync();
        int crashes = 0;
        foreach (var act in CrashMatrix.Acts.Where(act => names.Length == 0 || names.Contains(act.Name)))
        {
            int before = matrix.Findings.All.Count;
            int points = 0;
            await matrix.RunAsync(act, first, step, (point, statement) =>
            {
                points++;
                AnsiConsole.WriteLine($"{act.Name,-18} {point,3}  {statement[..Math.Min(90, statement.Length)]}");
            });
            crashes += points;
            AnsiConsole.MarkupLineInterpolated($"[bold]{act.Name}[/]: {points} crashes, {matrix.Findings.All.Count - before} findings");
        }

        return matrix.Findings.Print($"{crashes} crashes: nothing acknowledged was lost, and nothing was left in half.");
    }
}
