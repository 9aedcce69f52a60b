using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Soak;

/// <summary>Runs a <see cref="LongLife"/>.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var clusterings = Commands.CreateOption("--clusterings", "Number of clusterings.", 500);
        var requests = Commands.CreateOption("--requests", "Number of requests.", 2_000_000);
        var command = new Command("soak", "Run clusterings and requests for long, and measure whether memory, handles, connections or the database grow.") { clusterings, requests };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(clusterings), parsed.GetValue(requests)));
        return command;
    }

    private static async Task<int> RunAsync(int clusterings, int requests)
    {
        await using var life = await LongLife.StartAsync();
        var table = new Table().AddColumns("clusterings", "requests", "resident MB", "managed and native MB of the heap", "handles", "connections", "database MB");
        await life.RunAsync(clusterings, requests, state =>
        {
            string[] cells = [$"{state.Clusterings:N0}", $"{state.Requests:N0}", $"{state.Resident >> 20:N0}", $"{state.Anonymous >> 20:N0}", $"{state.Handles}", $"{state.Connections}", $"{state.Database >> 20:N0}"];
            table.AddRow(cells);
            AnsiConsole.WriteLine(string.Join("  ", cells));
        });
        AnsiConsole.Write(table);
        return life.Findings.Print("Nothing grows.");
    }
}
