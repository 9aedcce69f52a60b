using System.CommandLine;
using Spectre.Console;

namespace InterestService.Endurance.Outages;

/// <summary>Runs <see cref="FewThreads"/>.</summary>
internal static class ThreadsCommand
{
    public static Command Create()
    {
        var command = new Command("threads", "Make every kind of call at once with two pool threads, while PostgreSQL answers and while it does not.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        await using var few = await FewThreads.StartAsync();
        int calls = await few.RunAsync();
        AnsiConsole.WriteLine($"{calls:N0} calls");
        return few.Findings.Print("No call keeps a pool thread while it waits.");
    }
}
