using System.CommandLine;
using InterestService.Harness;

namespace InterestService.Endurance.Stops;

/// <summary>Runs <see cref="BusyStop"/>.</summary>
internal static class StopsCommand
{
    public static Command Create()
    {
        var count = Commands.CreateOption("--count", "Number of stops.", 5);
        var command = new Command("stops", "Stop the service with SIGTERM while callers send slowly, listen and wait, and a clustering trains.") { count };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(count)));
        return command;
    }

    private static async Task<int> RunAsync(int count)
    {
        for (int stop = 0; stop < count; stop++)
        {
            var result = await BusyStop.RunAsync();
            int code = result.Findings.Print($"The service ended by itself after {result.Stop.TotalSeconds:0.0} s.");
            if (code != 0) return code;
        }

        return 0;
    }
}
