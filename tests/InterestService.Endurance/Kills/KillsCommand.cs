using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Kills;

/// <summary>Runs <see cref="KilledUploads"/>.</summary>
internal static class KillsCommand
{
    public static Command Create()
    {
        var kills = Commands.CreateOption("--kills", "Number of kills of the service, and of PostgreSQL.", 20);
        var clients = Commands.CreateOption("--clients", "Number of clients that upload at the same time.", 4);
        var command = new Command("kills", "Kill the service and PostgreSQL while clients upload, and count what was acknowledged.") { kills, clients };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(kills), parsed.GetValue(clients)));
        return command;
    }

    private static async Task<int> RunAsync(int kills, int clients)
    {
        var result = await KilledUploads.RunAsync(kills, clients, AnsiConsole.WriteLine);
        return result.Findings.Print($"{result.Kills} kills, {result.Acknowledged:N0} acknowledged events: each is stored once.");
    }
}
