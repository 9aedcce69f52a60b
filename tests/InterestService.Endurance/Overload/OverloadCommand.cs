using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Overload;

/// <summary>Runs a <see cref="Flood"/>.</summary>
internal static class OverloadCommand
{
    /// <summary>Offered rate, relative to the sustainable one.</summary>
    private const double Offered = 3;

    /// <summary>Admitted time of 99 % of the uploads that are served at that rate, relative to the sustainable one: they may have waited as long as they take.</summary>
    private const double Slower = 3;

    /// <summary>Part of the sustainable rate that is served at least.</summary>
    private const double StillServed = .7;

    /// <summary>Admitted time of 99 % of the lookups, in milliseconds: the clients take the processors too.</summary>
    private const double Lookups = 250;

    public static Command Create()
    {
        var clients = Commands.CreateOption("--clients", "Number of clients that upload at the same time in the end.", 400);
        var seconds = Commands.CreateOption("--seconds", "How long each load lasts.", 60);
        var nice = Commands.CreateOption("--nice", "Niceness of the clients, 0 to 19, which share the processors with the service.", 0);
        var command = new Command("overload", "Find the rate of uploads that is sustainable, offer three times as many, then upload from many clients; look users up meanwhile.") { clients, seconds, nice };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(nice)));
        return command;
    }

    private static async Task<int> RunAsync(int clients, TimeSpan duration, int nice)
    {
        await using var flood = await Flood.StartAsync();
        if (nice > 0) await OwnPriority.LowerAsync(nice);
        await flood.RunAsync(Flood.Sustainable, TimeSpan.FromSeconds(5)); // the code is compiled by then
        var sustainable = await flood.RunAsync(Flood.Sustainable, duration);
        Print($"{Flood.Sustainable} clients", sustainable);
        var offered = await flood.OfferAsync(Offered * sustainable.Rate, duration);
        Print($"{Offered} times that rate", offered);
        var many = await flood.RunAsync(clients, duration);
        Print($"{clients} clients", many);
        flood.Findings.Expect(offered.Upload <= Slower * sustainable.Upload, $"99 % of the uploads take up to {offered.Upload:0} instead of {sustainable.Upload:0} ms at {Offered} times the rate.");
        flood.Findings.Expect(offered.Rate >= StillServed * sustainable.Rate, $"{offered.Rate:0.0} instead of {sustainable.Rate:0.0} uploads a second are served at {Offered} times the rate.");
        foreach (var result in new[] { sustainable, offered, many })
            flood.Findings.Expect(result.Lookup < Lookups, $"99 % of the lookups take up to {result.Lookup:0.0} ms.");
        return flood.Findings.Print("What was acknowledged is stored, the rest was refused with a time to try again, and lookups went on.");
    }

    private static void Print(string load, Flood.Result result) => AnsiConsole.WriteLine(
        $"{load}: {result.Served:N0} uploads served ({result.Rate:0.0} a second, 99 % within {result.Upload:N0} ms) and {result.Refused:N0} refused; "
        + $"99 % of the lookups within {result.Lookup:0.0} ms; memory grew by {result.Grown >> 20:N0} MB");
}
