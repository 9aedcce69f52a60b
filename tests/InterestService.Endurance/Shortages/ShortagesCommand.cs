using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Shortages;

/// <summary>Runs <see cref="FullDisk"/> and <see cref="LittleMemory"/>.</summary>
internal static class ShortagesCommand
{
    public static Command Create()
    {
        var refused = Commands.CreateOption("--refused", "Number of refused calls after which the disk has room again.", 500);
        var megabytes = Commands.CreateOption("--megabytes", "Maximum size of the managed heap.", 96);
        var users = Commands.CreateOption("--users", "Number of users of a clustering that needs more.", 500_000);
        var command = new Command("shortages", "Fill the disk of PostgreSQL while clients upload, and cluster more users than the memory is enough for.") { refused, megabytes, users };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(refused), parsed.GetValue(megabytes), parsed.GetValue(users)));
        return command;
    }

    private static async Task<int> RunAsync(int refused, int megabytes, int users)
    {
        int code = 0;
        await using (var full = await FullDisk.StartAsync())
        {
            if (full is null)
            {
                AnsiConsole.WriteLine("Only root on Linux can mount a small disk: the full disk is left out.");
            }
            else
            {
                int acknowledged = await full.RunAsync(refused);
                AnsiConsole.WriteLine(string.Join(", ", full.Refusals.Select(refusal => $"{refusal.Key}: {refusal.Value}")));
                code = full.Findings.Print($"A full disk: {acknowledged:N0} acknowledged events are stored, and the rest was refused with the reason.");
            }
        }

        await using var little = await LittleMemory.StartAsync(megabytes);
        AnsiConsole.WriteLine(await little.RunAsync(users));
        return Math.Max(code, little.Findings.Print("Little memory: the clustering failed with the reason, and everything else went on."));
    }
}
