using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Overload;

/// <summary>Runs a <see cref="Flood"/>.</summary>
internal static class OverloadCommand
{
    public static Command Create()
    {
        var clients = Commands.CreateOption("--clients", "Number of clients that upload at the same time.", 400);
        var seconds = Commands.CreateOption("--seconds", "How long they do so.", 60);
        var command = new Command("overload", "Upload from many more clients than the service serves at once, and look users up meanwhile.") { clients, seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static async Task<int> RunAsync(int clients, TimeSpan duration)
    {
        await using var flood = await Flood.StartAsync();
        var result = await flood.RunAsync(clients, duration);
        AnsiConsole.WriteLine(
            $"{result.Served:N0} uploads served and {result.Refused:N0} refused; 99 % of the lookups within {result.Lookup:0.0} ms; memory grew by {result.Grown >> 20:N0} MB");
        return flood.Findings.Print("What was acknowledged is stored, the rest was refused with a time to try again, and lookups went on.");
    }
}
